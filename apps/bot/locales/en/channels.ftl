channels-list = { $count ->
    [one] { $count } channel. Press it to see more.
   *[other] { $count } channels. Press one to see more.
}
channels-none = No channels yet.
channels-add = Add a channel
channels-add-link = Make me an administrator
channels-how-to-add =
    There are three ways to add a channel:

    1. Make @{ $bot } its administrator: press the button below, or do it in the channel's settings. I notice.
    2. Forward me any post of it.
    3. Send me its name, such as @channel, or a link to it.

    In each case I have to be its administrator before I can post.
channels-added =
    { $title } is here.

    { $told }
channels-changed =
    What I may do in { $title } has changed.

    { $told }
channels-check = Check again
channels-checked = Checked.
channels-remove = Remove
channels-remove-sure = Yes, remove
channels-remove-ask = Shall { $title } be removed? Its figures are kept, but no new ones come. What is scheduled there stays scheduled.
channels-removed = { $title } is removed.
channels-refused =
    I cannot see { $name }. Telegram says: { $why }

    Is the name right? If the channel is private, make me its administrator first.
channels-no-name = This is no channel. Send its name, such as @channel, or forward a post of it.
channels-not-forwarded = This was written by a person, not by a channel. Forward a post of the channel, or send its name.

channel-title = { $title } ({ $name })
channel-members = { $members ->
    [-1] Members: not known
    [one] { $members } member
   *[other] { $members } members
}
channel-views = { $preview ->
    [open] Views: read from its public preview
    [none] Views: none, for it has no public preview
   *[unknown] Views: nobody has looked yet
}
channel-trouble = Telegram tells nothing of it: { $why }
rights-all = I may do everything that I need: publish, edit, delete and pin.
rights-unknown = What I may do there was not asked yet.
rights-missing =
    What I may not do there:
    { $missing }

    { $kind ->
        [channel] To change that, open the channel's administrators, choose me and allow it.
       *[group] To change that, make me an administrator of the group and allow it.
    }
right-missing = { $right ->
    [post] — publish posts
    [edit] — edit posts
    [delete] — delete posts
   *[pin] — pin posts
}
