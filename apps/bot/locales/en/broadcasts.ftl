# Messages for subscribers: /broadcast.
command-broadcast = Send to subscribers, and see how it gets on
broadcasts-page = The newest broadcasts:
broadcasts-none = Nothing was sent to subscribers yet.
broadcast-line = { $id }. { $name }: { $state }, { $sent } of { $total }
broadcast-new = New broadcast
broadcast-list = Broadcasts
broadcast-state = { $state ->
    [draft] Draft
    [scheduled] Scheduled
    [running] Running
    [paused] Paused
    [completed] Completed
   *[cancelled] Cancelled
}
broadcast-in-hand = You are still writing a broadcast: “{ $head }”. Shall we go on with it? A new one would take its place.
broadcast-in-hand-first = You are still writing a broadcast: “{ $head }”. Shall we go on with it, or begin a new one? Send me this again then.

broadcast-ask =
    Send me the message as subscribers shall get it: a text, a picture, a video, a file, an album.

    { $field } becomes each one's first name, or “friend” where I do not know it.
broadcast-unknown-field = Nobody of these has a field “{ $field }”. There are: { $fields }. To show braces, double them.
broadcast-misspelt = “{ $written }” is no placeholder: small Latin letters, and no blanks. To show braces, double them.
broadcast-unfit = { $which ->
    [longest] For the one with the longest values:
   *[empty] For one of whom nothing is known:
} { $why }

broadcast-whom-ask = For whom is it?
broadcast-by = { $by ->
    [all] All subscribers
    [list] A list
    [tag] A tag
   *[lang] A language
}
broadcast-which = { $by ->
    [list] Which list?
    [tag] Which tag?
   *[lang] Which language?
}
broadcast-nothing = { $by ->
    [list] There are no lists. `analyticbot audience import` makes one of a file.
    [tag] Nobody has a tag.
   *[lang] Nobody's language is known.
}
broadcast-whom = { $kind ->
    [all] all subscribers
    [list] the list “{ $name }”
    [tag] the tag “{ $name }”
    [language] the language “{ $name }”
    [chats] the chats of a file
   *[other] { $name }
}
broadcast-to = To: { $whom }
broadcast-plan = { $n ->
    [one] To: { $whom }, { $n } person. { $takes }
   *[other] To: { $whom }, { $n } people. { $takes }
}
broadcast-no-list = That list is not there any more. Choose for whom it is.
broadcast-nobody = Nobody would get it. Choose for whom it is.
broadcast-takes = It takes about { $lasts }.
broadcast-takes-no-time = It is done in a moment.
broadcast-costs = Paid from the bot's balance, in Telegram Stars: at most { $stars }.
broadcast-would-cost = For a fee about { $lasts }, in Telegram Stars: at most { $stars }.
broadcast-lasts = { $unit ->
    [moment] a moment
    [seconds] { $n } s
    [minutes] { $n } min
   *[hours] { $n } h { $rest } min
}
broadcast-plan-step = { $step ->
    [whom] For whom
    [paid] Send it faster, for a fee
    [free] Send it without a fee
    [test] Send me a test
    [now] Start now
   *[later] Start at a time
}
broadcast-tested = A test is on its way to you.
broadcast-agree = { $n ->
    [one] Send “{ $head }” to { $n } person?
   *[other] Send “{ $head }” to { $n } people?
}

    To: { $whom }
    { $takes }
broadcast-agree-later = { $n ->
    [one] Send “{ $head }” to { $n } person?
   *[other] Send “{ $head }” to { $n } people?
}

    { $when }
    To: { $whom }
    { $takes }
yes-broadcast = Yes, send
broadcast-before = Another version of this broadcast was started before. /broadcast shows it.

broadcast-title = Broadcast { $id }: { $name }
broadcast-begins = { $state }: { $when }
broadcast-goes-on = { $state }. Outside of its hours; it goes on: { $when }
broadcast-paused-itself = { $n ->
    [one] It has paused itself after { $n } error in a row, the last: { $reason }.
   *[other] It has paused itself after { $n } errors in a row, the last: { $reason }.
}
broadcast-counts =
    Sent: { $sent } of { $total }
    Failed: { $failed }
    Left out: { $skipped }
    Uncertain: { $uncertain }
    Waiting: { $pending }
broadcast-building = Its recipients are still being written down.
broadcast-left = { $of ->
    [sending] About { $lasts } of sending left; it goes out in its hours only.
   *[span] About { $lasts } left.
}
broadcast-took = It took { $lasts }.
broadcast-is-over = “{ $name }” is completed: sent to { $sent } of { $total }.
broadcast-needs-you = “{ $name }” waits for you. { $why }
broadcast-step = { $step ->
    [start] Start now
    [started] Yes, send
    [move] Another time
    [pause] Pause
    [resume] Resume
    [cancel] Cancel it
    [cancelled] Yes, cancel it
    [report] Report
    [file] CSV
    [retry] Send again where it failed
   *[retried] Yes, send again
}
broadcast-start-ask = { $n ->
    [one] Send “{ $name }” to { $n } person?
   *[other] Send “{ $name }” to { $n } people?
}
broadcast-cancel-ask = { $n ->
    [one] Shall “{ $name }” be cancelled for good? { $n } person would not get it.
   *[other] Shall “{ $name }” be cancelled for good? { $n } people would not get it.
}

broadcast-no-reasons = Nobody has missed it so far.
broadcast-reason = { $n }: { $ended }{ $why }
broadcast-ended = { $state ->
    [failed] failed
    [uncertain] may have got it
    [expired] too late
   *[cancelled] left out
}
broadcast-retry-ask = { $n ->
    [one] Shall “{ $name }” be sent again to { $n } person for whom it failed?
   *[other] Shall “{ $name }” be sent again to the { $n } people for whom it failed?
}
broadcast-file-comes = The file comes in a moment.
broadcast-file = { $whom ->
    [all] Everybody whom it was for.
   *[missed] Those who did not get it: all together are more than Telegram takes in a file.
}
broadcast-file-too-large = This is more than Telegram takes in a file. On the server: `analyticbot broadcast report { $id } --csv FILE`
