# Writing a post: /new, and whatever leads to it.
command-new = Write a post: now, later, or again and again
new-ask = Send me the post as it shall be: a text, a picture, a video, a file, an album. Forward me one, too, if you like.
new-no-channels = There is no channel in which I may post. /channels adds one, and tells what I may do where.
new-late = This belongs to an album that is done with: it did not become part of it.
command-cancel = Drop what you are writing
cancel-nothing = There is nothing to cancel.
draft-in-hand = You are still writing a post: “{ $head }”. Shall we go on with it? A new one would take its place.
draft-in-hand-first = You are still writing a post: “{ $head }”. Shall we go on with it, or begin a new one? Send me this again then.
draft-dropped = Dropped: “{ $head }”.
draft-resume = Go on with it
draft-anew = Begin a new one

post-where = To: { $names }
post-nowhere = To: no channel yet
post-names-more = { $names } and { $more } more
post-replaces = This takes the place of “{ $head }”, which leaves at: { $when }
post-replaces-sent = This takes the place of “{ $head }” in the channel.
post-hint = Above is how it will look. Something wrong? Send it anew, or edit your message.
post-takes-no-buttons = Albums and forwards take no buttons: Telegram does not allow it.
post-kept-here = I take it from your message when its time comes, so do not delete that before.
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

post-text-too-long = The text is too long by { $over }: Telegram takes { $limit } characters. Make it shorter, or send it in two posts.
post-caption-too-long = The text below the picture is too long by { $over }: bots may write { $limit } characters there. Make it shorter, or send picture and text one after the other.
post-album-mixed = Telegram does not mix files or music with other kinds in an album. Send them as an album of their own.
post-refused = Telegram would not take this ({ $field }: { $problem }). Change it and send it anew.
post-refused-by-telegram = Telegram does not take this: { $why }. Change it and send it anew.

channels-choose = { $hidden ->
    [0] Which channels? Press each that shall have it.
    [one] Which channels? Press each that shall have it. In { $hidden } more I may not post: see /channels.
   *[other] Which channels? Press each that shall have it. In { $hidden } more I may not post: see /channels.
}
channels-first = Choose a channel first.
channels-lost = I may not post in one of these channels any more. See which are left.

buttons-ask =
    Send me the buttons, a line for each:

    Read more - example.com
    Shop - shop.example.com | Help - example.com/help

    With | they stand side by side.
buttons-bad = I do not understand “{ $line }”. Write a text, a dash between spaces, and a link: Read more - example.com
buttons-bad-link = Telegram would not take the link in “{ $link }”. Check it, and send all lines again.
buttons-too-many = These are too many: Telegram takes { $limit } buttons.
buttons-row-too-long = A line has too many: Telegram shows { $limit } side by side.

changed-meanwhile = It has changed since: look again.

rule-ask = How often?
rule-write = In words
rule-write-ask =
    Write how often, such as:

    every day at 09:00
    every mon, wed and fri
    every 2 weeks on tue
    every month on the 15th
    on the last day of every month
    every first monday of the month
    every 30 minutes

    With an end, if there is one: until 2030-12-31, or 5 times.
rule-unread = I do not understand that without guessing. Write it as “every mon and fri”, “every month on the 15th” or “every 2 weeks on tue at 09:00”; for 1 to 12 o'clock with minutes, or with am or pm.
rule-time-ask = Repeats: { $rule }. When for the first time? By the clocks of { $zone }.
rule-never = That never comes. Choose another rule or another time.
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
    [weekly_on] { $every }: { $days }
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
    Shall it leave at this time?

    { $when }
    To: { $names }
agree-repeat =
    Shall it repeat like this?

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

    /queue shows what is to come.
done-repeated =
    Repeats: { $rule }
    Next: { $when }

    /queue shows what is to come.
done-before = Another version of this post was scheduled there before. /queue shows it.
done-replaced = Replaced. Its time stays.
