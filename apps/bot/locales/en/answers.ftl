# Shown on many buttons and in many places.
back = ‹ Back
cancel = Cancel
cancelled = Cancelled.
stale = This button no longer works. Send the command again.
stranger = This bot is run by a team, and you're not on it. { $hears ->
    [yes] You get its messages as a subscriber; /stop unsubscribes you.
   *[no] You don't get its messages; /start subscribes you.
}
not-allowed = { $role ->
    [owner] Only owners can do this.
    [editor] Only owners and editors can do this.
   *[viewer] Only the team can do this.
}
unknown-command = I don't know this command. /help lists the ones I do.
not-understood = I'm not sure what to do with this. /help shows what I can do.
