people-list =
    { $people ->
        [one] { $people } person runs this bot.
       *[other] { $people } people run this bot.
    } { $subscribers ->
        [one] It has { $subscribers } subscriber.
       *[other] It has { $subscribers } subscribers.
    }

    Tap a name for details, or invite someone.
people-button = { $name } · { $role ->
    [owner] owner
    [editor] editor
   *[viewer] viewer
}
people-invite = { $role ->
    [owner] Invite an owner
    [editor] Invite an editor
   *[viewer] Invite a viewer
}
people-invited =
    Pass this on to the person you're inviting. It works once, within a day, and makes them { $role ->
        [owner] an owner, who can do everything
        [editor] an editor, who manages channels and posts
       *[viewer] a viewer, who can only look
    }.

    { $link }

    Or they can send me: /start { $code }
people-card =
    { $name } { $username }
    { $role ->
        [owner] Owner: can do everything
        [editor] Editor: manages channels and posts
       *[viewer] Viewer: can only look
    }
    id { $id }
people-remove = Remove
people-remove-sure = Yes, remove
people-remove-ask = Remove { $name }? Their scheduled posts stay scheduled; their unused invitations stop working.
people-removed = { $name } is no longer on the team.
people-leave-ask = Remove yourself, { $name }? You lose access to this bot at once, and only another owner can invite you back. Your scheduled posts stay scheduled; your unused invitations stop working.
people-gone = You're no longer on this bot's team. Your scheduled posts stay scheduled.
people-came = { $name } has used your invitation and is now { $role ->
    [owner] an owner
    [editor] an editor
   *[viewer] a viewer
}.
people-last-owner = The last owner can't be removed. Invite another owner first.
