stats-pick = Which channel?
stats-none = No channels yet. /channels adds one.
stats-period = { $title }: which days?
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
stats-views-unknown = Median views: not known yet, as no post was seen at 1 h, 24 h or 7 d
stats-no-preview = Views: none are told. Telegram shows them only on the public page of a channel, and this one has none: { $why }
stats-trouble = Telegram tells nothing of the channel: { $why }
stats-not-looked = Nobody has looked at the channel yet. That happens within five minutes; the views of a post come with its age, the first after an hour.
stats-no-posts = No posts were seen in this time. New ones are found within the hour.
stats-engagement = Engagement: { $percent } of the members see a post within 24 h
stats-best = Best post: { $views } views, { $when }: { $head }
stats-hours = Best hours: { $hours } ({ $zone })
stats-hours-few = Best hours: too little is known to compare; { $posts } of { $needed } posts were seen at 24 h
stats-chart = { $kind ->
    [members] Members
    [posts] By post
    [curves] Growth
   *[hours] Hours
}
stats-no-picture = The picture could not be drawn. The figures are right all the same.
chart-title = { $kind ->
    [members] Members
    [posts] Views by post
    [curves] How views grow
   *[hours] Views at 24 h by hour of posting
}
chart-median = median { $n }
chart-hours = { $n } h
chart-best = { $when }: { $n } views
