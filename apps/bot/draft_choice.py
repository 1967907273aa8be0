"""A new post: at once, or the choice between it and the one that is still being written."""

from aiogram.types import CallbackQuery, Message

from apps.bot.draft_screen import open_channels
from apps.bot.drafts import Aim, Draft, finish, leave_off, load, look_away, number_of, save
from apps.bot.keyboards.channels import add_first
from apps.bot.keyboards.posts import only_drop, unfinished
from apps.bot.keyboards.rows import Button
from apps.bot.post_states import Posting
from apps.bot.post_words import head_told
from apps.bot.talk import Talk

OF_BROADCAST = {
    "draft-in-hand": "broadcast-in-hand",
    "draft-in-hand-first": "broadcast-in-hand-first",
}


async def begin(talk: Talk, draft: Draft) -> None:
    await talk.state.set_state(Posting.content)
    await save(talk.state, draft)


async def begin_new(talk: Talk, began_with: Message | CallbackQuery) -> None:
    """Where there is but one channel it is chosen already."""
    if (draft := await in_hand(talk)) is not None:
        await look_away(talk.state)  # what comes next may be meant for the new one
        await offer(talk, draft, "draft-in-hand")
        return
    await leave_off(talk.state)
    found = await open_channels(talk)
    if not found:
        await talk.say(talk.words.format("new-no-channels"), add_first(talk.words))
        return
    made = Draft(number_of(began_with), channels=(found[0].id,) if len(found) == 1 else ())
    await begin(talk, made)
    await talk.say(talk.words.format("new-ask"), only_drop(made, talk.words))


async def in_hand(talk: Talk) -> Draft | None:
    """What would be lost if another was begun; one of which there is nothing yet is let go."""
    draft = await load(talk.state)
    if draft is not None and not draft.parts:
        await finish(talk.state, draft)
        draft = await load(talk.state)
    return draft


async def offer(talk: Talk, draft: Draft, key: str, anew: Button | None = None) -> None:
    """`key` is of the text that asks whether to go on with it; `anew` begins something else than
    a new post.
    """
    head = head_of(talk, draft)
    asked = OF_BROADCAST[key] if draft.aim is Aim.BROADCAST else key
    await talk.say(talk.words.format(asked, head=head), unfinished(draft, talk.words, anew))


def head_of(talk: Talk, draft: Draft) -> str:
    return head_told(draft.content(talk.chat_id), talk.words)
