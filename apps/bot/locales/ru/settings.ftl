settings =
    Настройки

    { $lines }
settings-page = { $page ->
    [language] Язык
    [zone] Часовой пояс
    [quiet] Тихие часы
   *[alerts] Уведомления
}
settings-language = Язык: { $name }
settings-as-telegram = как в Telegram
settings-zone = Часовой пояс: { $zone }
settings-quiet = Тихие часы: { $start }–{ $end }
settings-no-quiet = Тихие часы: нет
settings-quiet-none = Без тихих часов
settings-alerts = Уведомления: { $kinds }
settings-no-alerts = Уведомления: нет
settings-alerts-all = Уведомления
settings-alert-kind = { $kind ->
    [failed] неотправленные публикации
    [uncertain] неясные публикации
    [rights] права в каналах
    [broadcast] рассылки, которые остановились сами
    [completed] мои завершённые рассылки
   *[health] состояние системы
}
settings-which-language = На каком языке мне говорить?
settings-which-zone = Какой часовой пояс? Нажмите на него или отправьте город, например Самарканд.
settings-zone-which = Какой из них вы имеете в виду?
settings-zone-unknown = Я не знаю такого города или пояса. Отправьте крупный город поблизости или пояс, например Asia/Tashkent.
settings-which-quiet = Когда мне молчать? Уведомления ждут конца тихих часов; публикации уходят как обычно. Нажмите кнопку или отправьте часы, например 22:30-7:00. Это время по поясу { $zone }.
settings-quiet-unread = Я не понимаю эти часы. Отправьте их так: 22:30-7:00.
settings-which-alerts = О чём вам сообщать? Нажатие включает или выключает.
