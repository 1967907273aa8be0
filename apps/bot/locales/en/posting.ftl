# Writing a post: /new, and whatever leads to it.
command-new = Write a post: now, later, or again and again
new-ask = Send me the post: text, a picture, a video, a file or an album. You can forward one, too.
new-no-channels = There's no channel I can post in yet. Add one, or see /channels for what I'm missing where.
new-late = This belongs to an album that's already finished, so it wasn't added.
command-cancel = Drop what you are writing
cancel-nothing = There is nothing to cancel.
cancel-late = It is scheduled or sent already, so this cancels nothing. /queue shows it; what still waits can be cancelled there.
draft-in-hand = You're still writing a post: “{ $head }”. Continue with it? A new one would replace it.
draft-in-hand-first = You're still writing a post: “{ $head }”. Continue with it, or start a new one? Then send me this again.
draft-dropped = Dropped: “{ $head }”.
draft-resume = Continue
draft-anew = Start a new one

post-where = To: { $names }
post-nowhere = To: no channel yet
post-names-more = { $names } and { $more } more
post-replaces = This replaces “{ $head }”, scheduled for: { $when }
post-replaces-sent = This replaces “{ $head }” in the channel.
post-hint = Above is how it will look. Something wrong? Send it again, or edit your message.
post-takes-no-buttons = Albums and forwards can't have buttons: Telegram doesn't allow it.
post-kept-here = I take it from your message when its time comes, so don't delete that before then.
post-kind = { $kind ->
    [sendPhoto] Photo
    [sendVideo] Video
    [sendAnimation] Animation
    [sendDocument] File
    [sendAudio] Music
    [sendVoice] Voice message
    [sendMediaGroup] Album
    [forwardMessage] Forward
    [forwardMessages] Forwarded album
   *[other] Copy of a message
}
post-channels = Channels
post-buttons = Buttons
post-bare = No buttons
post-copy = As a copy
post-forward = As a forward
post-now = Send now
post-later = Schedule
post-repeat = Repeat
post-replace = Replace
post-done = Done

post-text-too-long = The text is too long by { $over }: Telegram takes { $limit } characters. Shorten it, or send it as two posts.
post-caption-too-long = The caption is too long by { $over }: bots can write { $limit } characters there. Shorten it, or send the picture and the text one after the other.
post-album-mixed = Telegram doesn't mix files or music with other kinds in an album. Send them as a separate album.
post-refused = Telegram won't take this ({ $field }: { $problem }). Change it and send it again.
post-refused-by-telegram = Telegram doesn't take this: { $why }. Change it and send it again.

channels-choose = { $hidden ->
    [0] Which channels? Tap each one you want.
    [one] Which channels? Tap each one you want. I can't post in { $hidden } more: see /channels.
   *[other] Which channels? Tap each one you want. I can't post in { $hidden } more: see /channels.
}
channels-first = Choose a channel first.
channels-lost = I can't post in one of these channels any more. Check which are left.

buttons-ask =
    Send me the buttons, one per line:

    Read more - example.com
    Shop - shop.example.com | Help - example.com/help

    Put | between buttons to have them side by side.
buttons-bad = I don't understand “{ $line }”. Write a text, a dash with spaces around it, and a link: Read more - example.com
buttons-bad-link = Telegram won't take the link in “{ $link }”. Check it, and send all lines again.
buttons-too-many = That's too many: Telegram takes { $limit } buttons.
buttons-row-too-long = One line has too many: Telegram shows { $limit } side by side.

changed-meanwhile = It has changed in the meantime: look again.

rule-ask = How often?
rule-write = In words
rule-write-ask =
    Write how often, for example:

    every day at 09:00
    every mon, wed and fri
    every 2 weeks on tue
    every month on the 15th
    on the last day of every month
    every first monday of the month
    every 30 minutes

    Add an end if there is one: until 2030-12-31, or 5 times.
rule-unread = I can't read that without guessing. Write it as “every mon and fri”, “every month on the 15th” or “every 2 weeks on tue at 09:00”; for 1 to 12 o'clock with minutes, or with am or pm.
rule-time-ask = Repeats: { $rule }. When should it go out first? Times are in { $zone }.
rule-never = That never happens. Choose another rule or another time.
rule-every = { $unit ->
    [minutely] { $n ->
        [1] every minute
       *[other] every { $n } minutes
    }
    [hourly] { $n ->
        [1] every hour
       *[other] every { $n } hours
    }
    [daily] { $n ->
        [1] every day
       *[other] every { $n } days
    }
    [weekly] { $n ->
        [1] every week
       *[other] every { $n } weeks
    }
    [monthly] { $n ->
        [1] every month
       *[other] every { $n } months
    }
   *[yearly] { $n ->
        [1] every year
       *[other] every { $n } years
    }
}
rule-told = { $kind ->
    [weekdays] every weekday, Mon to Fri
    [weekly_on] { $every } on { $days }
    [monthly_on] { $every } on day { $days }
    [monthly_last] { $every } on the last day
    [first_workday] { $every } on the first weekday
    [last_workday] { $every } on the last weekday
    [monthly_nth] { $every } on the { $days }
   *[yearly_on] { $every } on { $days }
}
rule-nth = { $n ->
    [1] first
    [2] second
    [3] third
    [4] fourth
    [5] fifth
   *[-1] last
} { $day ->
    [0] Monday
    [1] Tuesday
    [2] Wednesday
    [3] Thursday
    [4] Friday
    [5] Saturday
   *[6] Sunday
}
rule-date = { $day } { $month }
rule-at = { $rule } at { $time }
rule-until = { $rule } until { $date }
rule-count = { $rule }, { $n ->
    [one] { $n } time
   *[other] { $n } times
} in all

agree-schedule =
    Send it at this time?

    { $when }
    To: { $names }
agree-repeat =
    Repeat it like this?

    { $rule }
    To: { $names }

    The next times:
    { $dates }
yes-schedule = Yes, schedule
yes-repeat = Yes, repeat

done-now = On its way to: { $names }
done-scheduled =
    Scheduled: { $when }
    To: { $names }

    /queue shows what's coming up.
done-repeated =
    Repeats: { $rule }
    Next: { $when }

    /queue shows what's coming up.
done-before = In { $names } another version of this post was scheduled before, and it stays. /queue shows it.
done-replaced = Replaced. The time stays the same.
post-ended = { $state ->
    [sent] Sent: { $name }
    [failed] Not sent: { $name }. Why: { $why }
    [uncertain] In doubt: { $name }. Telegram's answer got lost: check the channel before you send it again.
    [cancelled] Cancelled: { $name }
    [expired] Expired: { $name }
   *[scheduled] On its way still: { $name }
}
