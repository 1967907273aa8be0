start-home =
    Hello, { $name }! You are { $role ->
        [owner] an owner
        [editor] an editor
       *[viewer] a viewer
    } of this bot.

    { $commands }
start-subscribed = Hello! You hear from this bot from now on; /stop ends that.
start-again = Hello again! You hear from this bot already; /stop ends that.
start-unpaired = Hello! This bot has no owner yet. If it is yours, send me /start and the code that its console shows: /start CODE
start-code-unknown = I do not know this code. Ask for a new one.
start-code-used = This code was used already. Ask for a new one.
start-code-expired = This code has expired: a code is good for a day. Ask for a new one.
stop-done = You do not hear from me any more. /start changes that again.
stop-again = You do not hear from me anyway. /start changes that.
help =
    { $commands }
help-stranger = You hear from this bot as a subscriber; /stop ends that, /start begins it again.
