# What is to come, and what was sent.
command-queue = What is to come, and what was sent
queue-empty = Nothing is to come. /new writes a post.
queue-page = { $first } to { $last } of { $count } to come. By the clocks of { $zone }.
queue-which = One channel
queue-which-ask = Whose queue?
queue-all = All channels
queue-sent = Sent posts
queue-back = Queue
queue-too-late = { $state ->
    [sending] Too late: it is on its way just now.
    [sent] Too late: it was sent already.
    [failed] It has failed meanwhile.
    [uncertain] It was sent meanwhile, but Telegram's answer was lost: look into the channel.
    [cancelled] It was cancelled already.
    [expired] It has expired.
    [gone] It is not there any more.
   *[scheduled] That did not work. Look at it again.
}

entry-card =
    { $title }: { $when }

    { $head }

    { $state ->
        [sending] It is on its way just now.
        [queued] It leaves any moment.
        [sent] It was sent.
        [failed] It has failed.
        [uncertain] Telegram's answer was lost: look into the channel.
        [cancelled] It was cancelled.
        [expired] It has expired.
       *[scheduled] It waits for its time.
    }
entry-recurs = Repeats: { $rule }
entry-look = See it
entry-edit = Edit
entry-edit-ask = Send me the new version as it shall be.
entry-move = Another time
entry-cancel = Cancel it
entry-skip = Skip this one
entry-cancel-ask = Shall “{ $head }” ({ $when }) not be sent?
entry-cancel-sure = Yes, do not send it
entry-end = End the repetition
entry-end-ask = Shall “{ $head }” never come again? What waits of it is cancelled as well.
entry-end-sure = Yes, end it
entry-ended = It does not come again.
done-sent-now = On its way.

sent-page = Sent last, by the clocks of { $zone }:
sent-none = Nothing was sent yet.
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
sent-text-only = Send me a text alone, please: only the text of a sent post can be changed.
sent-edit-ask = Send me the new text. Pictures and buttons stay as they are.
sent-edited = Changed.
sent-delete-ask = Shall “{ $head }” be deleted from the channel?
sent-delete-sure = Yes, delete it
sent-deleted = Deleted from the channel.
sent-is-deleted = It was deleted from the channel.
sent-deletable = It can be deleted until { $when }.
sent-too-old = Telegram lets bots delete within 48 hours only. Delete it in the channel by hand.
sent-pinned = Pinned.
sent-unpinned = Unpinned.
sent-refused = Telegram refuses: { $why }. Is the post still there, and may I do that? /channels tells what I may.
