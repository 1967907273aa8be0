# What is to come, and what was sent.
command-queue = Scheduled posts, and what was sent
queue-empty = Nothing is scheduled. Write a post with /new.
queue-empty-viewer = Nothing is scheduled.
queue-page = { $first } to { $last } of { $count } scheduled. Times in { $zone }.
queue-which = One channel
queue-which-ask = Which channel?
queue-all = All channels
queue-sent = Sent posts
queue-back = Queue
queue-too-late = { $state ->
    [sending] Too late: it's being sent right now.
    [sent] Too late: it has already been sent.
    [failed] It has failed in the meantime.
    [uncertain] It was sent, but Telegram's answer got lost: check the channel.
    [cancelled] It has already been cancelled.
    [expired] It has expired.
    [gone] It's not there any more.
   *[scheduled] That didn't work. Look at it again.
}

entry-card =
    { $title }: { $when }

    { $head }

    { $state ->
        [sending] It's being sent right now.
        [queued] It goes out any moment.
        [sent] It was sent.
        [failed] It failed.
        [uncertain] Telegram's answer got lost: check the channel.
        [cancelled] It was cancelled.
        [expired] It has expired.
       *[scheduled] It's waiting for its time.
    }
entry-recurs = Repeats: { $rule }
entry-look = Preview
entry-edit = Edit
entry-edit-ask = Send me the new version for { $title }. Its buttons stay.
entry-move = Another time
entry-cancel = Cancel this post
entry-skip = Skip this one
entry-cancel-ask = Cancel “{ $head }” ({ $when })?
entry-cancel-sure = Yes, cancel it
entry-end = Stop repeating
entry-end-ask = Stop repeating “{ $head }” for good? Whatever is still waiting is cancelled too.
entry-end-sure = Yes, stop it
entry-ended = It no longer repeats.
done-sent-now = On its way.

sent-page = Recently sent, times in { $zone }:
sent-none = Nothing has been sent yet.
sent-card =
    { $title }: { $when }

    { $head }
sent-step = { $step ->
    [edit] Edit the text
    [pin] Pin
    [unpin] Unpin
    [rm] Delete
   *[show] The post
}
sent-text-only = Please send me text alone: only the text of a sent post can be changed.
sent-edit-ask = Send me the new text. Pictures and buttons stay as they are.
sent-edited = Changed.
sent-delete-ask = Delete “{ $head }” from the channel?
sent-delete-sure = Yes, delete it
sent-deleted = Deleted from the channel.
sent-is-deleted = It was deleted from the channel.
sent-deletable = It can be deleted until { $when }.
sent-too-old = Telegram lets bots delete posts within 48 hours only. Delete it by hand in the channel.
sent-pinned = Pinned.
sent-unpinned = Unpinned.
sent-refused = Telegram refused: { $why }. Is the post still there, and am I allowed to do that? /channels shows my rights.
