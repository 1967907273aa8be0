"""/new: a post is sent to the bot as it shall be, and shown as it will be."""

from aiogram import F, Router
from aiogram.filters import Command, StateFilter
from aiogram.types import CallbackQuery, Message

from apps.bot.albums import Albums
from apps.bot.contents import part_of
from apps.bot.draft_choice import begin_new
from apps.bot.draft_screen import pressed_draft, show_draft, show_panel
from apps.bot.drafts import Draft, finish, group_is_done, load, save
from apps.bot.filters import May
from apps.bot.post_callbacks import DraftButton, DraftStep
from apps.bot.post_states import Posting
from apps.bot.screen import show
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
    made.edited_message.register(rewritten)
    made.callback_query.register(panel, DraftButton.filter(F.step == DraftStep.SHOW))
    made.callback_query.register(
        kind, DraftButton.filter(F.step.in_({DraftStep.COPY, DraftStep.FORWARD}))
    )
    made.callback_query.register(drop, DraftButton.filter(F.step == DraftStep.DROP))
    return made


async def new(message: Message, talk: Talk) -> None:
    await begin_new(talk, message.message_id)


async def item(message: Message, talk: Talk, albums: Albums) -> None:
    """Of an album: it joins its draft whatever that has come to, until the draft is done with."""
    draft, group = await load(talk.state), message.media_group_id or ""
    if draft is None and await group_is_done(talk.state, group):
        await talk.say(talk.words.format("new-late"))
    elif draft is None or not (group == draft.group or await _takes_content(talk)):
        await talk.say(talk.words.format("not-understood"))
    else:
        await _take(message, talk, draft, albums)


async def content(message: Message, talk: Talk, albums: Albums) -> None:
    draft = await load(talk.state)
    if draft is not None:
        await _take(message, talk, draft, albums)


async def rewritten(message: Message, talk: Talk, albums: Albums) -> None:
    """The writer has edited what the draft was made of."""
    draft = await load(talk.state)
    ids = [part.message_id for part in draft.parts] if draft is not None else []
    if draft is not None and message.message_id in ids:
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
    draft = await load(talk.state)
    if draft is not None and draft.id == callback_data.draft:
        await finish(talk.state, draft)
    await show(query, talk.words.format("cancelled"))


async def _takes_content(talk: Talk) -> bool:
    return await talk.state.get_state() in [each.state for each in WRITING]


async def _take(message: Message, talk: Talk, draft: Draft, albums: Albums) -> None:
    changed = draft.with_part(part_of(message))
    if not message.media_group_id:
        await show_draft(talk, changed)
        return
    await talk.state.set_state(Posting.gathering)
    await save(talk.state, changed)
    albums.expect(talk.chat_id, changed.revision)
