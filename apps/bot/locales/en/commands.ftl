command-channels = Channels, and what the bot can do there
command-people = The team: who runs the bot, invite, remove
command-health = Is everything working?
command-help = What the bot can do
command-start = Start
command-stop = No more messages from the bot
command-stats = Channel statistics and charts
command-settings = Language, time zone, quiet hours, alerts
