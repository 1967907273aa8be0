"""How a post has ended is told where it was said to leave: beside the conversation.

It is lost with the process; what waits for longer than that is told by /queue, and by alerts.
"""

import asyncio
import contextlib
import logging
from collections.abc import Sequence
from datetime import datetime, timedelta

from aiogram.exceptions import TelegramAPIError
from aiogram.types import CallbackQuery, LinkPreviewOptions

from apps.bot.ends import ends_told, worst_first
from apps.bot.keyboards.queue import ended
from apps.bot.post_words import titles_of
from apps.bot.talk import Talk
from core.errors import LedgerUnavailable
from core.message import FINAL, Message

log = logging.getLogger(__name__)

LOOK_EVERY_S, FOR_S = 0.3, 120.0
SOON = timedelta(minutes=10)
"""What leaves later than that is not waited for."""

NO_PREVIEW = LinkPreviewOptions(is_disabled=True)


def follow(
    talk: Talk, query: CallbackQuery, ids: Sequence[int], at: datetime | None = None, note: str = ""
) -> None:
    """In the place of what was pressed, once the ledger's messages have ended. They leave `at`,
    None for now; `note` is what stays said below.
    """
    waits = at - talk.office.now() if at is not None else timedelta(0)
    if query.message is not None and ids and waits <= SOON:
        place = query.message.message_id
        talk.office.leave(_follow(talk, place, ids, max(waits.total_seconds(), 0.0), note))


async def _follow(talk: Talk, place: int, ids: Sequence[int], waits_s: float, note: str) -> None:
    await asyncio.sleep(waits_s)
    found = await _ended(talk, ids)
    if not any(message.state in FINAL for message in found):
        return
    channels = await talk.office.channels.listed()
    told = ends_told(found, channels, talk.words)
    try:
        await talk.bot.edit_message_text(
            "\n\n".join(filter(None, [told, note])),
            chat_id=talk.chat_id,
            message_id=place,
            reply_markup=ended(worst_first(found), titles_of(channels), talk.words),
            link_preview_options=NO_PREVIEW,
        )
    except TelegramAPIError as error:  # two taps tell the same; or it was deleted
        log.info("the end of a post was not told: %s", error)


async def _ended(talk: Talk, ids: Sequence[int]) -> list[Message]:
    """As they are once all have ended, or when that takes too long."""
    found: list[Message] = []
    give_up_at = talk.office.clock.now_s() + FOR_S
    while True:
        with contextlib.suppress(LedgerUnavailable):
            found = await talk.office.agenda.these(ids)
        have_ended = found and all(message.state in FINAL for message in found)
        if have_ended or talk.office.clock.now_s() > give_up_at:
            return found
        await asyncio.sleep(LOOK_EVERY_S)
