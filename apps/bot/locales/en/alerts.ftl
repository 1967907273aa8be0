alerts-told = { $kind ->
    [failed] { $n ->
        [one] A post failed.
       *[other] { $n } posts failed.
    }
    [uncertain] { $n ->
        [one] Telegram did not answer, so I do not know whether a post was sent. Please look into the channel.
       *[other] Telegram did not answer, so I do not know whether { $n } posts were sent. Please look into the channels.
    }
    [rights] { $n ->
        [one] Something has changed in a channel.
       *[other] Something has changed in { $n } channels.
    }
   *[health] { $n ->
        [one] A part of the system is in trouble.
       *[other] { $n } parts of the system are in trouble.
    }
}
alerts-over = { $kind ->
    [failed] No more failed posts.
    [uncertain] No more uncertain posts.
    [rights] { $n ->
        [one] A channel is all right again.
       *[other] { $n } channels are all right again.
    }
   *[health] { $n ->
        [one] A part of the system is well again.
       *[other] { $n } parts of the system are well again.
    }
}
alerts-more = … and { $n } more
alert-message =
    • { $chat }: { $head }
      { $reason }
alert-ill = • { $what }: { $reason }
alert-channel = • { $title }. I can no longer do everything there:
alert-well = • { $what }
alert-part = { $part ->
    [workers] Workers
    [beat] Beat, the scheduler
    [broker] Broker
    [governor] Rate limiter
    [database] Database
    [queues] Queues
    [due] Messages that are due
    [disk] Disk
   *[telegram] Telegram
}
alert-ledger-away = The database cannot be reached. Nothing is sent until it is back; nothing that is scheduled is lost.
alert-ledger-back = The database is back.
alert-retry = { $n ->
    [1] Try again
   *[other] Try all { $n } again
}
alert-resend = { $n ->
    [1] It is not there: send it again
   *[other] None is there: send all { $n } again
}
alert-sent = { $n ->
    [1] It is there: mark as sent
   *[other] All are there: mark { $n } as sent
}
alert-show = Show
alert-show-each = One by one
alert-done = { $step ->
    [sent] Marked as sent: { $n }.
   *[again] Sent again: { $n }.
}
alert-late = Left as they are, as they have moved on meanwhile: { $n }.
alert-card =
    Message { $id } to { $chat }: { $state ->
        [failed] failed
        [uncertain] perhaps sent
        [sent] sent
        [cancelled] cancelled
        [expired] expired
       *[waiting] on its way again
    }
    { $when }, attempts: { $attempts }
    { $reason }

    { $head }
