"""/new: a post is sent to the bot as it shall be, and shown as it will be."""

from aiogram import F, Router
from aiogram.filters import Command, StateFilter
from aiogram.types import CallbackQuery, Message

from apps.bot.albums import Albums
from apps.bot.commands import named
from apps.bot.contents import part_of
from apps.bot.draft_choice import begin_new, offer
from apps.bot.draft_screen import pressed_draft, show_draft, show_panel
from apps.bot.drafts import (
    Draft,
    drop_aside,
    finish,
    group_is_done,
    is_done,
    is_placed,
    is_told_first,
    load,
    save,
)
from apps.bot.filters import May
from apps.bot.post_callbacks import DraftButton, DraftStep
from apps.bot.post_states import Posting
from apps.bot.screen import show, tell
from apps.bot.talk import Talk, Talking
from core.person import Role

WRITING = (Posting.content, Posting.gathering, Posting.ready)
PLAIN = ~F.text.startswith("/")


def router() -> Router:
    made = Router(name="new_post")
    for observer in (made.message, made.edited_message, made.callback_query):
        observer.filter(May(Role.EDITOR))
        observer.middleware(Talking())
    made.message.register(new, Command("new"))
    made.message.register(item, F.media_group_id)
    made.message.register(content, StateFilter(*WRITING), PLAIN)
    made.message.register(content, Posting.content, is_no_command)
    made.edited_message.register(rewritten)
    made.callback_query.register(panel, DraftButton.filter(F.step == DraftStep.SHOW))
    made.callback_query.register(
        kind, DraftButton.filter(F.step.in_({DraftStep.COPY, DraftStep.FORWARD}))
    )
    made.callback_query.register(drop, DraftButton.filter(F.step == DraftStep.DROP))
    return made


def is_no_command(message: Message) -> bool:
    """A post may begin with "/" all the same."""
    return named(message.text or "") is None


async def new(message: Message, talk: Talk) -> None:
    await begin_new(talk, message)


async def item(message: Message, talk: Talk, albums: Albums) -> None:
    """Of an album: it joins its draft whatever that has come to, until the draft is done with."""
    draft, group = await load(talk.state), message.media_group_id or ""
    is_late = await group_is_done(talk.state, group)
    is_own = draft is not None and group == draft.group
    if draft is not None and (is_own or (await _takes_content(talk) and not is_late)):
        await _take(message, talk, draft, albums)
    elif await is_told_first(talk.state, group):
        await _not_taken(talk, draft, is_late=is_late)


async def content(message: Message, talk: Talk, albums: Albums) -> None:
    draft = await load(talk.state)
    if draft is not None:
        await _take(message, talk, draft, albums)


async def rewritten(message: Message, talk: Talk, albums: Albums) -> None:
    """The writer has edited what the draft was made of."""
    draft = await load(talk.state)
    if draft is not None and message.message_id in draft.ids:
        await _take(message, talk, draft, albums)


async def panel(query: CallbackQuery, callback_data: DraftButton, talk: Talk) -> None:
    draft = await pressed_draft(talk, query, callback_data.draft)
    if draft is not None:
        await show_panel(talk, query, draft.changed(rule=""))


async def kind(query: CallbackQuery, callback_data: DraftButton, talk: Talk) -> None:
    """As a forward, which names its source, or as a copy."""
    draft = await pressed_draft(talk, query, callback_data.draft)
    if draft is not None and draft.is_forwarded:
        forward = callback_data.step is DraftStep.FORWARD
        await show_draft(talk, draft.changed(forward=forward))


async def drop(query: CallbackQuery, callback_data: DraftButton, talk: Talk) -> None:
    """The button may be older than what has become of its draft."""
    draft, state, draft_id = await load(talk.state), talk.state, callback_data.draft
    if draft is not None and draft.id == draft_id:
        await finish(state, draft)
    elif await is_placed(state, draft_id):
        await show(query, talk.words.format("cancel-late"))
        return
    elif not (await is_done(state, draft_id) or await drop_aside(state, draft_id)):
        await tell(query, talk.words.format("stale"), alert=True)
        return
    await show(query, talk.words.format("cancelled"))


async def _not_taken(talk: Talk, draft: Draft | None, *, is_late: bool) -> None:
    """Once for all of an album."""
    if is_late:
        await talk.say(talk.words.format("new-late"))
    elif draft is not None and draft.parts:
        await offer(talk, draft, "draft-in-hand-first")
    else:
        await talk.say(talk.words.format("not-understood"))


async def _takes_content(talk: Talk) -> bool:
    return await talk.state.get_state() in [each.state for each in WRITING]


async def _take(message: Message, talk: Talk, draft: Draft, albums: Albums) -> None:
    changed = draft.with_part(part_of(message))
    if not message.media_group_id:
        await show_draft(talk, changed)
        return
    await talk.state.set_state(Posting.gathering)
    await save(talk.state, changed)
    albums.expect(talk.chat_id, changed.ids)
