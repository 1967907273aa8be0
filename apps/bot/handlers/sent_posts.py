"""What was sent last; a post of it gets another text, is deleted, pinned or unpinned.

Telegram does it, at once, or says why not. The ledger remembers the new text and the deletion;
what is pinned Telegram alone knows.
"""

import logging
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from aiogram import F, Router
from aiogram.exceptions import TelegramAPIError, TelegramBadRequest, TelegramForbiddenError
from aiogram.methods import DeleteMessages, PinChatMessage, TelegramMethod, UnpinChatMessage
from aiogram.types import CallbackQuery

from apps.bot.clocks import day_told
from apps.bot.cutting import one_line
from apps.bot.draft_choice import begin
from apps.bot.draft_screen import content_for
from apps.bot.drafts import Aim, Draft, finish, make_way, number_of
from apps.bot.filters import May
from apps.bot.keyboards import queue as keyboards
from apps.bot.keyboards.pages import PAGE
from apps.bot.keyboards.posts import only_drop
from apps.bot.post_callbacks import SentButton, SentPage, SentStep
from apps.bot.post_words import TITLE_UNITS, head_told
from apps.bot.previews import reason_of
from apps.bot.screen import show, tell
from apps.bot.sent_edits import EDITABLE, edit_of
from apps.bot.talk import Talk, Talking
from core.chat_id import bot_api_id
from core.errors import NotFound
from core.message import Message, State
from core.person import Role
from core.telegram_limits import DELETE_WITHIN
from infra.db.afterwards import DELETED

log = logging.getLogger(__name__)


def router() -> Router:
    made = Router(name="sent_posts")
    made.callback_query.filter(May(Role.VIEWER))
    made.callback_query.middleware(Talking())
    made.callback_query.register(page, SentPage.filter())
    made.callback_query.register(card, SentButton.filter(F.step == SentStep.SHOW))
    made.callback_query.register(change, SentButton.filter(), May(Role.EDITOR))
    return made


async def page(query: CallbackQuery, callback_data: SentPage, talk: Talk) -> None:
    at, words, named = callback_data.page, talk.words, await talk.titles()
    # One more than is shown tells whether there is another page.
    found = await talk.office.agenda.sent(offset=at * PAGE, limit=PAGE + 1)
    lines = [
        f"{number}. {_line(talk, message, named.get(message.chat_id, message.chat_id))}"
        for number, message in enumerate(found[:PAGE], start=at * PAGE + 1)
    ]
    text = words.format("sent-page", zone=talk.zone.key) if lines else words.format("sent-none")
    buttons = keyboards.sent_page(found[:PAGE], at, at * PAGE + len(found), words)
    await show(query, "\n".join([text, *lines]), buttons)


async def card(query: CallbackQuery, callback_data: SentButton, talk: Talk) -> None:
    message = await _sent(talk, callback_data.message)
    if message is None:
        await tell(query, talk.words.format("stale"), alert=True)
    else:
        await _show_card(talk, query, message)


async def change(query: CallbackQuery, callback_data: SentButton, talk: Talk) -> None:
    message, step = await _sent(talk, callback_data.message), callback_data.step
    if message is None or message.reason == DELETED:
        await tell(query, talk.words.format("stale"), alert=True)
    elif step is SentStep.EDIT:
        await _ask_text(talk, query, message)
    elif step in (SentStep.DELETE, SentStep.DELETED) and _deletable_until(message) < _now(talk):
        await _show_card(talk, query, message)
    elif step is SentStep.DELETE:
        text = talk.words.format("sent-delete-ask", head=head_told(message.content, talk.words))
        await show(query, text, keyboards.sure_to_delete(message, talk.words))
    elif step is SentStep.DELETED:
        await _delete(talk, query, message)
    else:
        await _pin(talk, query, message, step)


async def replace_sent(talk: Talk, query: CallbackQuery, draft: Draft) -> None:
    """The text that was agreed to takes the old one's place in the channel."""
    message, content = await _sent(talk, draft.target), await content_for(talk, draft)
    if message is None:
        await tell(query, talk.words.format("stale"), alert=True)
        return
    why = await _refused(talk, edit_of(content, message.chat_id, message.message_ids[0]))
    if why and "message is not modified" not in why:
        text = talk.words.format("sent-refused", why=why)
    else:
        await talk.office.afterwards.note_edited(message.id, content)
        text = talk.words.format("sent-edited")
    await finish(talk.state, draft, placed=True)
    await show(query, text, keyboards.sent_card(message, [SentStep.SHOW], talk.words))


async def _ask_text(talk: Talk, query: CallbackQuery, message: Message) -> None:
    draft = Draft(number_of(query), Aim.SENT, message.id)
    await make_way(talk.state)
    await begin(talk, draft)
    await talk.say(talk.words.format("sent-edit-ask"), only_drop(draft, talk.words))


async def _delete(talk: Talk, query: CallbackQuery, message: Message) -> None:
    ids = list(message.message_ids)
    why = await _refused(talk, DeleteMessages(chat_id=bot_api_id(message.chat_id), message_ids=ids))
    if why and "message to delete not found" not in why:
        text = talk.words.format("sent-refused", why=why)
    else:
        await talk.office.afterwards.note_deleted(message.id)
        text = talk.words.format("sent-deleted")
    await show(query, text, keyboards.sent_card(message, [], talk.words))


async def _pin(talk: Talk, query: CallbackQuery, message: Message, step: SentStep) -> None:
    place = {"chat_id": bot_api_id(message.chat_id), "message_id": message.message_ids[0]}
    pin = PinChatMessage.model_validate({**place, "disable_notification": True})
    unpin = UnpinChatMessage.model_validate(place)
    why = await _refused(talk, pin if step is SentStep.PIN else unpin)
    if why:
        note = talk.words.format("sent-refused", why=why)
        await _show_card(talk, query, message, [step], note)
    elif step is SentStep.PIN:
        note = talk.words.format("sent-pinned")
        await _show_card(talk, query, message, [SentStep.UNPIN], note)
    else:
        note = talk.words.format("sent-unpinned")
        await _show_card(talk, query, message, [SentStep.PIN], note)


async def _pins(talk: Talk, message: Message) -> list[SentStep]:
    """Telegram tells the newest pin of a chat alone: what is below that can be pinned anew."""
    try:
        newest = (await talk.bot.get_chat(bot_api_id(message.chat_id))).pinned_message
    except TelegramAPIError as error:
        log.info("what is pinned in %s is not known: %s", message.chat_id, error)
        return [SentStep.PIN, SentStep.UNPIN]
    is_newest = newest is not None and newest.message_id in message.message_ids
    return [SentStep.UNPIN] if is_newest else [SentStep.PIN]


async def _refused(talk: Talk, asked: TelegramMethod[Any]) -> str:
    """Why Telegram does not do it; "" where it has. It is about the channel, not this chat."""
    try:
        await talk.bot(asked)
    except (TelegramBadRequest, TelegramForbiddenError) as error:
        return reason_of(error)
    return ""


async def _show_card(
    talk: Talk,
    query: CallbackQuery,
    message: Message,
    pins: Sequence[SentStep] | None = None,
    note: str = "",
) -> None:
    """`pins` are what can be done about its pin; Telegram is asked where that is not known."""
    steps: Sequence[SentStep] = []
    if talk.person.role.may(Role.EDITOR) and message.reason != DELETED:
        steps = _steps(talk, message, await _pins(talk, message) if pins is None else pins)
    text = "\n\n".join(filter(None, [note, await _told(talk, message)]))
    await show(query, text, keyboards.sent_card(message, steps, talk.words))


def _steps(talk: Talk, message: Message, pins: Sequence[SentStep]) -> Sequence[SentStep]:
    edit = [SentStep.EDIT] if message.content.method in EDITABLE else []
    delete = [SentStep.DELETE] if _now(talk) <= _deletable_until(message) else []
    return [*edit, *pins, *delete]


async def _told(talk: Talk, message: Message) -> str:
    words, named = talk.words, await talk.titles()
    title, head = named.get(message.chat_id, message.chat_id), head_told(message.content, words)
    told = words.format("sent-card", title=title, when=talk.when(_at(message)), head=head)
    if message.reason == DELETED:
        return "\n\n".join([told, words.format("sent-is-deleted")])
    until = _deletable_until(message)
    if until < _now(talk):
        return "\n\n".join([told, words.format("sent-too-old")])
    return "\n\n".join([told, words.format("sent-deletable", when=talk.when(until))])


def _line(talk: Talk, message: Message, title: str) -> str:
    at, mark = _at(message).astimezone(talk.zone), "✗ " if message.reason == DELETED else ""
    when = f"{day_told(at.date(), talk.words.language)} {at:%H:%M}"
    return f"{mark}{when} {one_line(title, TITLE_UNITS)}: {head_told(message.content, talk.words)}"


async def _sent(talk: Talk, message_id: int) -> Message | None:
    try:
        message = await talk.office.ledger.reading.get(message_id)
    except NotFound:
        return None
    return message if message.state is State.SENT and message.message_ids else None


def _at(message: Message) -> datetime:
    return message.sent_at or message.due_at


def _deletable_until(message: Message) -> datetime:
    return _at(message) + DELETE_WITHIN


def _now(talk: Talk) -> datetime:
    return talk.office.now()
