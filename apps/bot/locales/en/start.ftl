start-home =
    Hello, { $name }! You are { $role ->
        [owner] an owner
        [editor] an editor
       *[viewer] a viewer
    } of this bot.

    { $commands }
start-zone = Times are in UTC until you choose your time zone in /settings.
start-subscribed = Hello! You're now subscribed to this bot; /stop unsubscribes you.
start-again = Hello again! You're already subscribed to this bot; /stop unsubscribes you.
start-unpaired = Hello! This bot has no owner yet. If it's yours, send me /start and the code shown in its console: /start CODE
start-code-unknown = I don't know this code. Ask for a new one.
start-code-used = This code has already been used. Ask for a new one.
start-code-expired = This code has expired: codes work for a day. Ask for a new one.
stop-done = You won't get messages from me any more. /start turns them back on.
stop-again = You're not getting messages from me anyway. /start turns them on.
help =
    { $commands }
help-stranger = You get this bot's messages as a subscriber; /stop unsubscribes you, /start subscribes you again.
