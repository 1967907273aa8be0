# Что впереди и что уже отправлено.
command-queue = Что впереди и что уже отправлено
queue-empty = Впереди ничего нет. Новая публикация — /new.
queue-empty-viewer = Впереди ничего нет.
queue-page = Впереди: { $first }–{ $last } из { $count }. По часам зоны { $zone }.
queue-which = Один канал
queue-which-ask = Какой канал?
queue-all = Все каналы
queue-sent = Отправленные
queue-back = Очередь
queue-too-late = { $state ->
    [sending] Поздно: это как раз отправляется.
    [sent] Поздно: это уже отправлено.
    [failed] Отправить это не удалось.
    [uncertain] Это отправлено, но ответ Telegram потерян: загляните в канал.
    [cancelled] Это уже отменено.
    [expired] Срок этого истёк.
    [gone] Этого больше нет.
   *[scheduled] Не получилось. Посмотрите ещё раз.
}

entry-card =
    { $title }: { $when }

    { $head }

    { $state ->
        [sending] Как раз отправляется.
        [queued] Вот-вот выйдет.
        [sent] Отправлено.
        [failed] Отправить не удалось.
        [uncertain] Ответ Telegram потерян: загляните в канал.
        [cancelled] Отменено.
        [expired] Срок истёк.
       *[scheduled] Ждёт своего времени.
    }
entry-recurs = Повтор: { $rule }
entry-look = Посмотреть
entry-edit = Изменить
entry-edit-ask = Отправьте мне новую версию для «{ $title }» такой, какой она должна быть. Кнопки останутся.
entry-move = Другое время
entry-cancel = Снять с очереди
entry-skip = Пропустить этот раз
entry-cancel-ask = Не отправлять «{ $head }» ({ $when })?
entry-cancel-sure = Да, не отправлять
entry-end = Прекратить повтор
entry-end-ask = Больше никогда не повторять «{ $head }»? То, что уже ждёт, тоже отменится.
entry-end-sure = Да, прекратить
entry-ended = Больше не повторяется.
done-sent-now = Отправляется.

sent-page = Последние отправленные, по часам зоны { $zone }:
sent-none = Пока ничего не отправлено.
sent-card =
    { $title }: { $when }

    { $head }
sent-step = { $step ->
    [edit] Изменить текст
    [pin] Закрепить
    [unpin] Открепить
    [rm] Удалить
   *[show] К публикации
}
sent-text-only = Отправьте, пожалуйста, только текст: у отправленной публикации можно изменить лишь текст.
sent-edit-ask = Отправьте новый текст. Картинки и кнопки останутся прежними.
sent-edited = Изменено.
sent-delete-ask = Удалить «{ $head }» из канала?
sent-delete-sure = Да, удалить
sent-deleted = Удалено из канала.
sent-is-deleted = Удалено из канала.
sent-deletable = Удалить можно до: { $when }.
sent-too-old = Telegram позволяет ботам удалять только в течение 48 часов. Удалите вручную в канале.
sent-pinned = Закреплено.
sent-unpinned = Откреплено.
sent-refused = Telegram отказывает: { $why }. Публикация ещё на месте? Есть ли у меня это право? Мои права — /channels.
