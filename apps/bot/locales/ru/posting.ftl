# Новая публикация: /new и всё, что к ней ведёт.
command-new = Новая публикация: сейчас, позже или регулярно
new-ask = Отправьте мне публикацию такой, какой она должна быть: текст, фото, видео, файл, альбом. Можно и переслать готовую.
new-no-channels = Нет канала, в котором я могу публиковать. Добавить канал и узнать мои права — /channels.
new-late = Это часть альбома, который уже оформлен: в него она не вошла.

post-where = Куда: { $names }
post-nowhere = Куда: канал не выбран
post-names-more = { $names } и ещё { $more }
post-replaces = Это заменит «{ $head }», выход: { $when }
post-replaces-sent = Это заменит «{ $head }» в канале.
post-hint = Выше — как это будет выглядеть. Что-то не так? Отправьте заново или отредактируйте своё сообщение.
post-takes-no-buttons = У альбомов и пересланных сообщений не бывает кнопок: так устроен Telegram.
post-kept-here = Я возьму это из вашего сообщения, когда придёт время: до тех пор не удаляйте его.
post-kind = { $kind ->
    [sendPhoto] Фото
    [sendVideo] Видео
    [sendAnimation] Анимация
    [sendDocument] Файл
    [sendAudio] Музыка
    [sendVoice] Голосовое сообщение
    [sendMediaGroup] Альбом
    [forwardMessage] Пересланное
    [forwardMessages] Пересланный альбом
   *[other] Копия сообщения
}
post-channels = Каналы
post-buttons = Кнопки
post-bare = Без кнопок
post-copy = Копией
post-forward = Пересылкой
post-now = Отправить сейчас
post-later = Запланировать
post-repeat = Повторять
post-replace = Заменить
post-done = Готово

post-text-too-long = Текст длиннее допустимого на { $over }: Telegram принимает { $limit } знаков. Сократите его или разделите на две публикации.
post-caption-too-long = Подпись длиннее допустимого на { $over }: ботам можно писать там { $limit } знака. Сократите её или отправьте картинку и текст по отдельности.
post-album-mixed = Telegram не смешивает в альбоме файлы или музыку с другими видами. Отправьте их отдельным альбомом.
post-refused = Telegram этого не примет ({ $field }: { $problem }). Исправьте и отправьте заново.
post-refused-by-telegram = Telegram этого не принимает: { $why }. Исправьте и отправьте заново.

channels-choose = { $hidden ->
    [0] В какие каналы? Нажмите на каждый нужный.
    [one] В какие каналы? Нажмите на каждый нужный. Ещё в { $hidden } я не могу публиковать: см. /channels.
    [few] В какие каналы? Нажмите на каждый нужный. Ещё в { $hidden } я не могу публиковать: см. /channels.
   *[many] В какие каналы? Нажмите на каждый нужный. Ещё в { $hidden } я не могу публиковать: см. /channels.
}
channels-first = Сначала выберите канал.
channels-lost = В один из этих каналов я больше не могу публиковать. Посмотрите, какие остались.

buttons-ask =
    Отправьте кнопки, по одной в строке:

    Подробнее - example.com
    Магазин - shop.example.com | Помощь - example.com/help

    Через | они встанут в один ряд.
buttons-bad = Не понимаю «{ $line }». Напишите текст, тире между пробелами и ссылку: Подробнее - example.com
buttons-bad-link = Telegram не примет ссылку в «{ $link }». Проверьте её и отправьте все строки ещё раз.
buttons-too-many = Слишком много: Telegram принимает { $limit } кнопок.
buttons-row-too-long = В строке слишком много: Telegram показывает { $limit } в ряд.

changed-meanwhile = С тех пор всё изменилось: посмотрите ещё раз.

rule-ask = Как часто?
rule-write = Словами
rule-write-ask =
    Напишите, пожалуйста, по-английски:

    every mon, wed and fri
    every 2 weeks on tue
    every month on the 15th
    on the last day of every month
    every day at 09:00 until 2030-12-31
rule-unread = Не понимаю. Напишите, например, «every mon and fri», «every month on the 15th» или «every 2 weeks on tue at 09:00».
rule-time-ask = Повтор: { $rule }. Когда в первый раз? По часам зоны { $zone }.
rule-never = Такого времени не бывает. Выберите другое правило или другое время.
rule-told = { $kind ->
    [minutely] { $n ->
        [one] каждую { $n } минуту
        [few] каждые { $n } минуты
       *[many] каждые { $n } минут
    }
    [hourly] { $n ->
        [one] каждый { $n } час
        [few] каждые { $n } часа
       *[many] каждые { $n } часов
    }
    [daily] { $n ->
        [1] каждый день
        [one] каждый { $n } день
        [few] каждые { $n } дня
       *[many] каждые { $n } дней
    }
    [weekdays] по будням, пн–пт
    [weekly] { $n ->
        [1] каждую неделю
        [one] каждую { $n } неделю
        [few] каждые { $n } недели
       *[many] каждые { $n } недель
    }
    [weekly_on] { $n ->
        [1] каждую неделю
        [one] каждую { $n } неделю
        [few] каждые { $n } недели
       *[many] каждые { $n } недель
    }: { $days }
    [monthly] { $n ->
        [1] каждый месяц
        [one] каждый { $n } месяц
        [few] каждые { $n } месяца
       *[many] каждые { $n } месяцев
    }
    [monthly_on] { $n ->
        [1] каждый месяц
        [one] каждый { $n } месяц
        [few] каждые { $n } месяца
       *[many] каждые { $n } месяцев
    }, число: { $days }
   *[yearly] { $n ->
        [1] каждый год
        [one] каждый { $n } год
        [few] каждые { $n } года
       *[many] каждые { $n } лет
    }
}
rule-at = { $rule }, в { $time }

agree-schedule =
    Отправить в это время?

    { $when }
    Куда: { $names }
agree-repeat =
    Повторять так?

    { $rule }
    Куда: { $names }

    Ближайшие разы:
    { $dates }
yes-schedule = Да, запланировать
yes-repeat = Да, повторять

done-now = Отправляется. Куда: { $names }
done-scheduled =
    Запланировано: { $when }
    Куда: { $names }

    Что впереди — /queue.
done-repeated =
    Повтор: { $rule }
    Следующий раз: { $when }

    Что впереди — /queue.
done-before = Другой вариант этой публикации там уже запланирован. Он есть в /queue.
done-replaced = Заменено. Время осталось прежним.
