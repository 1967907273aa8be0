# When: by a button, on a calendar, in words.
time-ask = When? Times are in { $zone }.
time-calendar = Calendar
time-calendar-ask = Pick a day, then a time. Times are in { $zone }.
time-write = In words
time-write-ask =
    Write when, in { $zone } time:

    tomorrow 9:00
    fri 18:30
    in 2 hours
    24 December 20:00
time-other = Another time
time-past = That time has passed. Choose another.
time-common = { $name ->
    [in_an_hour] In an hour · { $clock }
    [this_morning] This morning · { $clock }
    [this_evening] This evening · { $clock }
    [tomorrow_morning] Tomorrow morning · { $day } { $clock }
    [tomorrow_evening] Tomorrow evening · { $day } { $clock }
   *[next_monday] Monday · { $day } { $clock }
}
time-which = Which do you mean? By the clocks of { $zone }.
time-doubt = { $doubt ->
    [date_order] Is that day and month, or month and day?
    [half_of_day] Is that in the morning or in the evening?
    [which_week] Is that this week or next?
    [which_night] Is that the midnight that begins the day, or the one that ends it?
    [time_of_day] You didn't say at what time.
    [date_or_time] That may be a time, or a date without one.
    [clock_back] Clocks go back then: that time comes twice.
   *[guessed] I'm not sure I understand.
}
time-note = { $note ->
    [tomorrow] That time has passed today, so it is tomorrow.
    [next_week] That time has passed today, so it is in a week.
    [next_month] That day has passed this month, so it is in the next.
    [next_year] That day has passed this year, so it is in the next.
    [shifted] Clocks go forward over { $asked }, so that time doesn't exist: this is the next one that does.
   *[twice] Clocks go back then, so that time comes twice: the offset tells which of the two this is.
}
time-unread = { $trouble ->
    [empty] There's no time in that. Try “tomorrow 9:00”.
    [too_long] That's too long for a time. Try “tomorrow 9:00”.
    [told_twice] That says two things at once: “{ $part }”. Write it once.
    [date_or_time] “{ $part }” could be a date or a time. Write 9:12 for a time, or the month's name for a date.
    [no_such_date] There's no such date: “{ $part }”.
    [no_such_time] There's no such time: “{ $part }”.
    [wrong_weekday] That date falls on another day of the week: “{ $part }”.
    [past] That has passed. Write a time in the future.
    [too_far] That's more than five years ahead.
   *[unknown] I don't understand “{ $part }”. Try “tomorrow 9:00”, “fri 18:30” or “in 2 hours”.
}
agree-move =
    Move “{ $head }” to this time?

    { $when }
yes-move = Yes, move
done-moved = Moved to: { $when }
