"""The baselines that send from one loop: aiogram's Bot, with no ledger and nobody to ask."""

import asyncio
import itertools
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer

from benchmarks.stage import BASELINE_FROM, OTHER_TOKEN, TEXT

IN_FLIGHT = 64

_new_chats = itertools.count(BASELINE_FROM)


@asynccontextmanager
async def bot(url: str) -> AsyncIterator[Bot]:
    """One that takes the sandbox for Telegram; its session is closed in the end."""
    session = AiohttpSession(api=TelegramAPIServer.from_base(url))
    async with Bot(OTHER_TOKEN, session=session) as speaking:
        yield speaking


async def paced(speaking: Bot, sends: int, rate: float) -> None:
    """One after the other, with a sleep of 1/rate between them."""
    for chat_id in _chats(sends):
        await speaking.send_message(chat_id, TEXT)
        await asyncio.sleep(1 / rate)


async def crowded(speaking: Bot, sends: int) -> None:
    """As fast as it goes, so many at a time."""
    chats = _chats(sends)

    async def work() -> None:
        for chat_id in chats:
            await speaking.send_message(chat_id, TEXT)

    await asyncio.gather(*(work() for _ in range(IN_FLIGHT)))


def _chats(count: int) -> Iterator[int]:
    """New ones each time: a chat takes one message a second."""
    return itertools.islice(_new_chats, count)
