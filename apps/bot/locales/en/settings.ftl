settings =
    Settings

    { $lines }
settings-page = { $page ->
    [language] Language
    [zone] Time zone
    [quiet] Quiet hours
   *[alerts] Alerts
}
settings-language = Language: { $name }
settings-as-telegram = as in Telegram
settings-zone = Time zone: { $zone }
settings-quiet = Quiet hours: { $start }–{ $end }
settings-no-quiet = Quiet hours: none
settings-quiet-none = No quiet hours
settings-alerts = Alerts: { $kinds }
settings-no-alerts = Alerts: none
settings-alerts-all = Alerts
settings-alert-kind = { $kind ->
    [failed] failed posts
    [uncertain] uncertain posts
    [rights] rights in channels
    [broadcast] broadcasts that pause themselves
    [completed] my completed broadcasts
   *[health] system health
}
settings-which-language = Which language should I use?
settings-which-zone = Which time zone? Tap one, or send me a city, like Samarkand.
settings-zone-which = Which of these do you mean?
settings-zone-unknown = I don't know this city or zone. Send a larger city nearby, or a zone like Asia/Tashkent.
settings-which-quiet = When should I stay quiet? Alerts wait until the quiet hours end; posts still go out on time. Tap one, or send me the hours, like 22:30-7:00. Your time zone: { $zone }.
settings-quiet-unread = I don't understand these hours. Send them like 22:30-7:00.
settings-which-alerts = What should I tell you about? Tap to turn on or off.
