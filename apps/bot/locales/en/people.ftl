people-list =
    { $people ->
        [one] { $people } person runs this bot.
       *[other] { $people } people run this bot.
    } { $subscribers ->
        [one] It has { $subscribers } subscriber.
       *[other] It has { $subscribers } subscribers.
    }

    Press a name to see more, or invite somebody.
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
    Pass this on. It lets one person in as { $role ->
        [owner] an owner, who may do everything
        [editor] an editor, who runs channels and posts
       *[viewer] a viewer, who only looks
    }; it works once, within a day.

    { $link }

    or send me: /start { $code }
people-card =
    { $name } { $username }
    { $role ->
        [owner] Owner: may do everything
        [editor] Editor: runs channels and posts
       *[viewer] Viewer: only looks
    }
    id { $id }
people-remove = Remove
people-remove-sure = Yes, remove
people-remove-ask = Shall { $name } be removed? The invitations that they have sent, and nobody has used, are void then.
people-removed = { $name } does not belong here any more.
people-last-owner = The last owner cannot be removed. Invite another owner first.
