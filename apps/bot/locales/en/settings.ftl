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
   *[health] health of the system
}
settings-which-language = Which language shall I speak?
settings-which-zone = Which time zone? Press one, or send me a city, such as Samarkand.
settings-zone-which = Which of these do you mean?
settings-zone-unknown = I know no such city or zone. Send a larger city nearby, or a zone such as Asia/Tashkent.
settings-which-quiet = When shall I keep still? Alerts wait until the quiet hours end; posts leave all the same. Press one, or send me the hours, such as 22:30-7:00. They are those of { $zone }.
settings-quiet-unread = I do not understand these hours. Send them as 22:30-7:00.
settings-which-alerts = What shall I tell you of? A press turns it on or off.
