"""What became of a broadcast: its report, as a file too; and whoever missed it is tried again."""

import logging
import secrets
from collections.abc import AsyncGenerator, Collection
from pathlib import Path
from tempfile import TemporaryDirectory

from aiogram import F, Router
from aiogram.types import CallbackQuery, FSInputFile

from apps.bot.boards import Boards
from apps.bot.broadcast_callbacks import BroadcastButton, BroadcastStep
from apps.bot.broadcast_screen import found, show_card, show_instead
from apps.bot.broadcast_words import name_told, report_told
from apps.bot.errors import ID_BYTES, sentence
from apps.bot.filters import May
from apps.bot.keyboards import broadcasts as keyboards
from apps.bot.talk import Talk, Talking
from apps.bot.taps import first_tap
from core.message import State
from core.person import Role
from core.spreadsheet import ENCODING
from infra.broadcast_csv import write
from infra.db.broadcast_reasons import UNREACHED

log = logging.getLogger(__name__)

MOST_BYTES = 45 * 1024 * 1024
"""Telegram takes documents of 50 MB from bots: https://core.telegram.org/bots/api#senddocument"""

WITHIN_S = 900
"""For the upload of so large a file."""


def router() -> Router:
    made = Router(name="broadcast_report")
    made.callback_query.filter(May(Role.VIEWER))
    made.callback_query.middleware(Talking())
    made.callback_query.register(report, BroadcastButton.filter(F.step == BroadcastStep.REPORT))
    made.callback_query.register(file, BroadcastButton.filter(F.step == BroadcastStep.FILE))
    editor = May(Role.EDITOR)
    ask = BroadcastButton.filter(F.step == BroadcastStep.RETRY)
    agreed = BroadcastButton.filter(F.step == BroadcastStep.RETRIED)
    made.callback_query.register(ask_retry, ask, editor)
    made.callback_query.register(retry, agreed, editor)
    return made


async def report(
    query: CallbackQuery, callback_data: BroadcastButton, talk: Talk, boards: Boards
) -> None:
    broadcast = await found(talk, query, callback_data.id)
    if broadcast is None:
        return
    reasons = await talk.office.broadcast_report.reasons(broadcast.id)
    text = report_told(broadcast, reasons, talk.words, talk.office.now())
    may_change = talk.person.role.may(Role.EDITOR)
    buttons = keyboards.report(broadcast, talk.words, may_change=may_change)
    await show_instead(talk, query, boards, text, buttons)


async def ask_retry(
    query: CallbackQuery, callback_data: BroadcastButton, talk: Talk, boards: Boards
) -> None:
    broadcast = await found(talk, query, callback_data.id)
    if broadcast is None:
        return
    name, n = name_told(broadcast, talk.words), broadcast.tally.failed
    text = talk.words.format("broadcast-retry-ask", name=name, n=n)
    buttons = keyboards.sure(broadcast, BroadcastStep.RETRIED, talk.words)
    await show_instead(talk, query, boards, text, buttons)


async def retry(
    query: CallbackQuery, callback_data: BroadcastButton, talk: Talk, boards: Boards
) -> None:
    """The first of them wait again when this is answered, so that it is seen to run; the rest
    follow beside the conversation.
    """
    if not await first_tap(talk.office, query):
        return
    slices = talk.office.ledger.broadcast_retry.slices(callback_data.id)
    if await anext(slices, None) is not None:
        talk.office.leave(_go_on(slices))
    talk.office.hurry()
    await show_card(talk, query, boards, callback_data.id)


async def file(query: CallbackQuery, callback_data: BroadcastButton, talk: Talk) -> None:
    broadcast = await found(talk, query, callback_data.id)
    if broadcast is not None and await first_tap(talk.office, query):
        await query.answer(talk.words.format("broadcast-file-comes"))
        talk.office.leave(_send_file(talk, broadcast.id))


async def _go_on(slices: AsyncGenerator[int, None]) -> None:
    async for _ in slices:
        pass


async def _send_file(talk: Talk, broadcast_id: int) -> None:
    """No update is in hand whose error would be told."""
    try:
        with TemporaryDirectory() as folder:
            await _file_of(talk, broadcast_id, Path(folder) / f"broadcast-{broadcast_id}.csv")
    except Exception as error:
        error_id = secrets.token_hex(ID_BYTES)
        log.error("a report was not sent (id %s)", error_id, exc_info=error)
        await talk.say(sentence(error, error_id, talk.words))


async def _file_of(talk: Talk, broadcast_id: int, path: Path) -> None:
    """With everybody; where that is too much, with those who missed it."""
    caption = "all"
    if not await _written(talk, broadcast_id, path, ()):
        caption = "missed"
        if not await _written(talk, broadcast_id, path, UNREACHED):
            await talk.say(talk.words.format("broadcast-file-too-large", id=str(broadcast_id)))
            return
    told = talk.words.format("broadcast-file", whom=caption)
    await talk.bot.send_document(
        talk.chat_id, FSInputFile(path), caption=told, request_timeout=WITHIN_S
    )


async def _written(talk: Talk, broadcast_id: int, path: Path, states: Collection[State]) -> bool:
    """Whether it is small enough for Telegram."""
    pages = talk.office.broadcast_report.pages(broadcast_id, states)
    with path.open("w", encoding=ENCODING, newline="") as out:
        await write(out, pages, MOST_BYTES)
        return out.tell() <= MOST_BYTES
