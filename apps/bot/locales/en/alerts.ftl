alerts-told = { $kind ->
    [failed] { $n ->
        [one] A post failed.
       *[other] { $n } posts failed.
    }
    [uncertain] { $n ->
        [one] Telegram didn't answer, so I can't tell whether a post was sent. Please check the channel.
       *[other] Telegram didn't answer, so I can't tell whether { $n } posts were sent. Please check the channels.
    }
    [rights] { $n ->
        [one] Something has changed in a channel.
       *[other] Something has changed in { $n } channels.
    }
    [broadcast] { $n ->
        [one] A broadcast has paused itself and waits for you.
       *[other] { $n } broadcasts have paused themselves and wait for you.
    }
    [completed] { $n ->
        [one] A broadcast is completed.
       *[other] { $n } broadcasts are completed.
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
        [one] A part of the system is working again.
       *[other] { $n } parts of the system are working again.
    }
}
alerts-more = … and { $n } more
alert-message =
    • { $chat }: { $head }
      { $reason }
alert-ill = • { $what }: { $reason }
alert-channel = • { $title }. I'm no longer allowed to:
alert-channel-out = { $kind ->
    [channel] • { $title }. I'm no longer an administrator of this channel. Add me again to go on posting there.
   *[group] • { $title }. I'm no longer in this group. Add me again to go on posting there.
}
alert-broadcast-paused =
    • { $id }. { $name }
      { $why }
      Sent: { $sent } of { $total }. Failed: { $failed }. Waiting: { $pending }.
alert-broadcast-completed =
    • { $id }. { $name }
      Sent: { $sent } of { $total }. Failed: { $failed }. Left out: { $skipped }. Uncertain: { $uncertain }.
alert-well = • { $what }
alert-part = { $part ->
    [workers] Workers
    [beat] Beat, the scheduler
    [broker] Broker
    [governor] Rate limiter
    [database] Database
    [queues] Queues
    [due] Due messages
    [disk] Disk
   *[telegram] Telegram
}
alert-ledger-away = The database can't be reached. Nothing is sent until it's back, but nothing scheduled is lost.
alert-ledger-back = The database is back.
alert-retry = { $n ->
    [1] Try again
   *[other] Try all { $n } again
}
alert-resend = { $n ->
    [1] It's not there: send it again
   *[other] None of them is there: send all { $n } again
}
alert-sent = { $n ->
    [1] It's there: mark as sent
   *[other] All of them are there: mark all { $n } as sent
}
alert-show = Show
alert-look-again = Refresh
alert-show-each = One by one
alert-done = { $step ->
    [sent] Marked as sent: { $n }.
   *[again] To be sent again: { $n }.
}
alert-late = Left alone, because they have changed in the meantime: { $n }.
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
