command-channels = Каналы и что бот может в них делать
command-people = Кто управляет ботом: пригласить, удалить
command-health = Всё ли в порядке
command-help = Что умеет бот
command-start = Начать
command-stop = Больше не получать сообщений
command-stats = Статистика и графики канала
command-settings = Язык, часовой пояс, тихие часы, уведомления
