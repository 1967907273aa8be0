command-channels = Channels, and what the bot may do there
command-people = Who runs the bot: invite, remove
command-health = How everything fares
command-help = What the bot can do
command-start = Begin
command-stop = No more messages from the bot
command-stats = Figures and charts of a channel
command-settings = Language, time zone, quiet hours, alerts
