# Сообщения подписчикам: /broadcast.
command-broadcast = Рассылка подписчикам и её ход
broadcasts-page = Последние рассылки:
broadcasts-none = Рассылок ещё не было.
broadcast-line = { $id }. { $name }: { $state }, { $sent } из { $total }
broadcast-new = Новая рассылка
broadcast-list = Рассылки
broadcast-state = { $state ->
    [draft] Черновик
    [scheduled] Запланирована
    [running] Идёт
    [paused] На паузе
    [completed] Завершена
   *[cancelled] Отменена
}
broadcast-in-hand = Вы ещё не закончили рассылку: «{ $head }». Продолжим её? Новый черновик займёт её место.
broadcast-in-hand-first = Вы ещё не закончили рассылку: «{ $head }». Продолжим её или начнём заново? После этого пришлите то же самое ещё раз.

broadcast-ask =
    Отправьте мне сообщение таким, каким его получат подписчики: текст, фото, видео, файл, альбом.

    Вместо { $field } у каждого будет его имя, а если оно неизвестно — то, что стоит после черты.
broadcast-unknown-field = Поля «{ $field }» нет ни у одного из получателей. Есть такие: { $fields }. Чтобы показать фигурные скобки, удвойте их.
broadcast-misspelt = «{ $written }» — не поле для подстановки: нужны строчные латинские буквы без пробелов. Чтобы показать фигурные скобки, удвойте их.
broadcast-unfit = { $which ->
    [longest] У получателя с самыми длинными значениями:
   *[empty] У получателя, о котором ничего не известно:
} { $why }

broadcast-whom-ask = Кому отправить?
broadcast-by = { $by ->
    [all] Всем подписчикам
    [list] По списку
    [tag] По тегу
   *[lang] По языку
}
broadcast-which = { $by ->
    [list] Какой список?
    [tag] Какой тег?
   *[lang] Какой язык?
}
broadcast-nothing = { $by ->
    [list] Списков нет. Команда `analyticbot audience import` создаёт список из файла.
    [tag] Тегов ни у кого нет.
   *[lang] Язык не известен ни у кого.
}
broadcast-whom = { $kind ->
    [all] все подписчики
    [list] список «{ $name }»
    [tag] тег «{ $name }»
    [language] язык «{ $name }»
    [chats] чаты из файла
   *[other] { $name }
}
broadcast-to = Кому: { $whom }
broadcast-plan = { $n ->
    [one] Кому: { $whom }, { $n } человек. { $takes }
    [few] Кому: { $whom }, { $n } человека. { $takes }
   *[many] Кому: { $whom }, { $n } человек. { $takes }
}
broadcast-no-list = Этого списка больше нет. Выберите, кому отправить.
broadcast-nobody = Получателей нет. Выберите, кому отправить.
broadcast-takes = Займёт примерно { $lasts }.
broadcast-takes-no-time = Это займёт мгновение.
broadcast-costs = Плата с баланса бота, в Telegram Stars: не больше { $stars }.
broadcast-would-cost = За плату — примерно { $lasts }, в Telegram Stars: не больше { $stars }.
broadcast-lasts = { $unit ->
    [moment] мгновение
    [seconds] { $n } с
    [minutes] { $n } мин
   *[hours] { $n } ч { $rest } мин
}
broadcast-plan-step = { $step ->
    [whom] Кому
    [paid] Отправить быстрее, за плату
    [free] Отправить без платы
    [test] Пробное сообщение мне
    [now] Начать сейчас
   *[later] Начать позже
}
broadcast-tested = Пробное сообщение уже в пути.
broadcast-agree = { $n ->
    [one] Отправить «{ $head }» { $n } человеку?
    [few] Отправить «{ $head }» { $n } людям?
   *[many] Отправить «{ $head }» { $n } людям?
}

    Кому: { $whom }
    { $takes }
broadcast-agree-later = { $n ->
    [one] Отправить «{ $head }» { $n } человеку?
    [few] Отправить «{ $head }» { $n } людям?
   *[many] Отправить «{ $head }» { $n } людям?
}

    { $when }
    Кому: { $whom }
    { $takes }
yes-broadcast = Да, отправить
broadcast-before = Другая версия этой рассылки уже была запущена. Она видна в /broadcast.

broadcast-title = Рассылка { $id }: { $name }
broadcast-begins = { $state }: { $when }
broadcast-goes-on = { $state }. Сейчас не её часы; продолжится: { $when }
broadcast-paused-itself = { $n ->
    [one] Остановилась сама после { $n } ошибки подряд, последняя: { $reason }.
    [few] Остановилась сама после { $n } ошибок подряд, последняя: { $reason }.
   *[many] Остановилась сама после { $n } ошибок подряд, последняя: { $reason }.
}
broadcast-counts =
    Отправлено: { $sent } из { $total }
    Не удалось: { $failed }
    Пропущено: { $skipped }
    Неясно: { $uncertain }
    Ждут: { $pending }
broadcast-building = Список получателей ещё составляется.
broadcast-left = { $of ->
    [sending] Осталось примерно { $lasts } отправки; она идёт только в свои часы.
   *[span] Осталось примерно { $lasts }.
}
broadcast-took = Заняла { $lasts }.
broadcast-is-over = Рассылка «{ $name }» завершена: отправлено { $sent } из { $total }.
broadcast-needs-you = Рассылка «{ $name }» ждёт вас. { $why }
broadcast-step = { $step ->
    [start] Начать сейчас
    [started] Да, отправить
    [move] Другое время
    [pause] Пауза
    [resume] Продолжить
    [cancel] Отменить
    [cancelled] Да, отменить
    [report] Отчёт
    [file] CSV
    [retry] Повторить неудавшиеся
   *[retried] Да, отправить ещё раз
}
broadcast-start-ask = { $n ->
    [one] Отправить «{ $name }» { $n } человеку?
    [few] Отправить «{ $name }» { $n } людям?
   *[many] Отправить «{ $name }» { $n } людям?
}
broadcast-cancel-ask = { $n ->
    [one] Отменить «{ $name }» насовсем? Её не получит { $n } человек.
    [few] Отменить «{ $name }» насовсем? Её не получат { $n } человека.
   *[many] Отменить «{ $name }» насовсем? Её не получат { $n } человек.
}

broadcast-no-reasons = Пока её не пропустил никто.
broadcast-reason = { $n }: { $ended }{ $why }
broadcast-ended = { $state ->
    [failed] не удалось
    [uncertain] возможно, дошло
    [expired] слишком поздно
   *[cancelled] пропущено
}
broadcast-retry-ask = { $n ->
    [one] Отправить «{ $name }» ещё раз { $n } человеку, до которого она не дошла?
    [few] Отправить «{ $name }» ещё раз { $n } людям, до которых она не дошла?
   *[many] Отправить «{ $name }» ещё раз { $n } людям, до которых она не дошла?
}
broadcast-file-comes = Файл сейчас придёт.
broadcast-file = { $whom ->
    [all] Все, кому предназначалась рассылка.
   *[missed] Те, кто её не получил: все вместе не помещаются в файл, который примет Telegram.
}
broadcast-file-too-large = Файл больше, чем принимает Telegram. На сервере: `analyticbot broadcast report { $id } --csv FILE`
