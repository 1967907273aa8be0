stats-pick = Какой канал?
stats-none = Каналов пока нет. Добавить: /channels
stats-period = { $title }: за сколько дней?
stats-days = { $n ->
    [one] { $n } день
    [few] { $n } дня
   *[many] { $n } дней
}
stats-told =
    { $title } · { $n ->
        [one] последний { $n } день
        [few] последние { $n } дня
       *[many] последние { $n } дней
    }

    { $lines }
stats-members = Участников: { $members } ({ $change }, { $percent } с { $since })
stats-members-once = Участников: { $members }
stats-members-unknown = Участников: ещё не посчитано
stats-posts = Публикаций: { $n }
stats-views = Медиана просмотров: { $views }
stats-views-at = { $age ->
    [hour] 1 ч { $views }
    [day] 24 ч { $views }
   *[week] 7 дн { $views }
}
stats-views-unknown = Медиана просмотров: пока неизвестна, ни одна публикация не попалась в возрасте 1 ч, 24 ч или 7 дн
stats-no-preview = Просмотры: неизвестны. Telegram показывает их только на публичной странице канала, а у этого её нет: { $why }
stats-trouble = Telegram ничего не сообщает о канале: { $why }
stats-not-looked = Канал ещё никто не проверял. Это произойдёт в течение пяти минут; просмотры появляются с возрастом публикации, первые — через час.
stats-no-posts = За это время публикаций не видно. Новые находятся в течение часа.
stats-engagement = Вовлечённость: { $percent } участников видят публикацию за 24 ч
stats-best = Лучшая публикация: { $views ->
    [one] { $views } просмотр
    [few] { $views } просмотра
   *[many] { $views } просмотров
}, { $when }: { $head }
stats-hours = Лучшие часы: { $hours } ({ $zone })
stats-hours-few = Лучшие часы: для сравнения пока мало данных; публикаций, просмотры которых за 24 ч известны: { $posts } из { $needed }
stats-hours-thin = Лучшие часы: сравнивать пока нечего; час недели считается, если в нём публикаций не меньше { $needed }, и { $hours ->
    [0] таких часов нет
   *[1] такой час только один
}
stats-chart = { $kind ->
    [members] Участники
    [posts] По постам
    [curves] Рост
   *[hours] Часы
}
stats-no-picture = Картинку нарисовать не удалось. Цифры всё равно верны.
chart-title = { $kind ->
    [members] Участники
    [posts] Просмотры публикаций
    [curves] Как растут просмотры
   *[hours] Просмотры за 24 ч по часу публикации
}
chart-median = медиана { $n }
chart-hours = { $n } ч
chart-best = { $when }: { $n ->
    [one] { $n } просмотр
    [few] { $n } просмотра
   *[many] { $n } просмотров
}
