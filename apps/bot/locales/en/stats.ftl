stats-pick = Which channel?
stats-none = No channels yet. Add one with /channels.
stats-period = { $title }: over how many days?
stats-days = { $n ->
    [one] { $n } day
   *[other] { $n } days
}
stats-told =
    { $title } · { $n ->
        [one] the last { $n } day
       *[other] the last { $n } days
    }

    { $lines }
stats-members = Members: { $members } ({ $change }, { $percent } since { $since })
stats-members-once = Members: { $members }
stats-members-unknown = Members: not counted yet
stats-posts = Posts: { $n }
stats-views = Median views: { $views }
stats-views-at = { $age ->
    [hour] 1 h { $views }
    [day] 24 h { $views }
   *[week] 7 d { $views }
}
stats-views-unknown = Median views: not known yet, because no post has been seen at 1 h, 24 h or 7 d
stats-no-preview = Views: not available. Telegram shows them only on a channel's public page, and this one has none: { $why }
stats-trouble = Telegram tells me nothing about the channel: { $why }
stats-not-looked = I haven't looked at the channel yet. I will within five minutes; views are counted as a post ages, first after an hour.
stats-no-posts = No posts in this period. New ones are found within an hour.
stats-engagement = Engagement: { $percent } of members see a post within 24 h
stats-best = Best post: { $views ->
    [one] { $views } view
   *[other] { $views } views
}, { $when }: { $head }
stats-hours = Best hours: { $hours } ({ $zone })
stats-hours-few = Best hours: not enough to compare yet; { $posts } of { $needed } posts have been seen at 24 h
stats-hours-thin = Best hours: nothing to compare yet; an hour of the week counts from { $needed } posts on, and { $hours ->
    [0] none has that many
   *[1] only one has that many
}
stats-chart = { $kind ->
    [members] Members
    [posts] By post
    [curves] Growth
   *[hours] Hours
}
stats-no-picture = I couldn't draw the picture. The figures are right all the same.
chart-title = { $kind ->
    [members] Members
    [posts] Views by post
    [curves] How views grow
   *[hours] Views at 24 h by hour of posting
}
chart-median = median { $n }
chart-hours = { $n } h
chart-best = { $when }: { $n ->
    [one] { $n } view
   *[other] { $n } views
}
