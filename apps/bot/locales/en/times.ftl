# When: by a button, on a calendar, in words.
time-ask = When? By the clocks of { $zone }.
time-calendar = Calendar
time-calendar-ask = Press a day, then a time. By the clocks of { $zone }.
time-write = In words
time-write-ask =
    Write when, by the clocks of { $zone }:

    tomorrow 9:00
    fri 18:30
    in 2 hours
    24 December 20:00
time-other = Another time
time-past = That time has passed. Choose another.
time-common = { $name ->
    [in_an_hour] In an hour · { $clock }
    [this_evening] This evening · { $clock }
    [tomorrow_morning] Tomorrow morning · { $day } { $clock }
    [tomorrow_evening] Tomorrow evening · { $day } { $clock }
   *[next_monday] Monday · { $day } { $clock }
}
time-which = Which do you mean?
time-doubt = { $doubt ->
    [date_order] That may be day and month, or month and day.
    [half_of_day] That may be in the morning or in the evening.
    [which_week] That may be this week or next.
    [which_night] Midnight begins a day, or ends it.
    [time_of_day] You did not say at what time.
    [clock_back] Clocks go back then: that time comes twice.
   *[guessed] I am not sure that I understand.
}
time-note = { $note ->
    [tomorrow] That time has passed today, so it is tomorrow.
    [next_week] That time has passed today, so it is in a week.
    [next_month] That day has passed this month, so it is in the next.
    [next_year] That day has passed this year, so it is in the next.
    [shifted] Clocks go forward over { $asked }, so that time does not exist: this is the next that does.
   *[twice] Clocks go back then, and show that time twice: the offset tells which of the two it is.
}
time-unread = { $trouble ->
    [empty] There is no time in that. Write, say, “tomorrow 9:00”.
    [too_long] That is too long for a time. Write, say, “tomorrow 9:00”.
    [told_twice] That says two things at once: “{ $part }”. Write it once.
    [date_or_time] “{ $part }” may be a date or a time. Write 9:12 for a time, and the month's name for a date.
    [no_such_date] There is no such date: “{ $part }”.
    [no_such_time] There is no such time: “{ $part }”.
    [wrong_weekday] That date is another day of the week: “{ $part }”.
    [past] That has passed. Write a time to come.
    [too_far] That is more than five years ahead.
   *[unknown] I do not understand “{ $part }”. Write, say, “tomorrow 9:00”, “fri 18:30” or “in 2 hours”.
}
agree-move =
    Shall “{ $head }” leave at this time instead?

    { $when }
yes-move = Yes, move
done-moved = It leaves at: { $when }
