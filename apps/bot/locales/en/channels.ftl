channels-list = { $count ->
    [one] { $count } channel. Tap it for details.
   *[other] { $count } channels. Tap one for details.
}
channels-none = No channels yet.
channels-add = Add a channel
channels-add-link = Make me an administrator
channels-add-named = Add { $name }
channels-add-offer = Is { $name } a channel you want to add?
channels-how-to-add =
    There are three ways to add a channel:

    1. Make @{ $bot } its administrator: with the button below, or in the channel's settings. I'll notice.
    2. Forward me any post from it.
    3. Send me its name, like @channel, or a link to it.

    Either way, I have to be an administrator before I can post.
channels-added =
    { $title } has been added.

    { $told }
channels-added-mute =
    { $title } has been added, but I can't post there yet.

    { $told }

    I'll notice as soon as that changes.
channels-opened =
    I can post in { $title } now.

    { $told }
channels-changed =
    My rights in { $title } have changed.

    { $told }
channels-check = Check again
channels-checked = Checked.
channels-remove = Remove
channels-remove-sure = Yes, remove
channels-remove-ask = Remove { $title }? Its statistics are kept, but no new ones are collected. Scheduled posts stay scheduled.
channels-removed = { $title } has been removed.
channels-refused =
    I can't see { $name }. Telegram says: { $why }

    Is the name right? If the channel is private, make me an administrator there first.
channels-no-name = That's not a channel. Send its name, like @channel, or forward a post from it.
channels-not-forwarded = This was written by a person, not a channel. Forward a post from the channel, or send its name.

channel-title = { $title } ({ $name })
channel-members = { $members ->
    [-1] Members: unknown
    [one] { $members } member
   *[other] { $members } members
}
channel-views = { $preview ->
    [open] Views: read from its public page
    [none] Views: not available, because it has no public page
   *[unknown] Views: not checked yet
}
channel-trouble = Telegram tells me nothing about it: { $why }
rights-all = I have all the rights I need: to publish, edit, delete and pin posts.
rights-unknown = My rights there haven't been checked yet.
rights-none = { $kind ->
    [channel] I'm not an administrator of this channel. Add me in its settings under Administrators, and allow me to post, edit and delete.
   *[group] I'm not in this group. Add me, and make me an administrator.
}
rights-missing =
    I'm not allowed to:
    { $missing }

    { $kind ->
        [channel] To fix that, open the channel's administrators, choose me and turn these rights on.
       *[group] To fix that, make me an administrator of the group and turn these rights on.
    }
right-missing = { $right ->
    [post] — publish posts
    [edit] — edit posts
    [delete] — delete posts
   *[pin] — pin posts
}
