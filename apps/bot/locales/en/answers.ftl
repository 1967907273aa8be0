# Shown on many buttons and in many places.
back = ‹ Back
cancel = Cancel
cancelled = Cancelled.
stale = This button does nothing any more. Send the command again.
stranger = This bot is run by a team, and you are not on it. You hear from it as a subscriber; /stop ends that.
not-allowed = { $role ->
    [owner] Only owners may do this.
    [editor] Only owners and editors may do this.
   *[viewer] Only people of the team may do this.
}
unknown-command = I do not know this command. /help shows those that I know.
not-understood = I do not know what to do with this. /help shows what I can do.
