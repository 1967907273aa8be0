"""Channels on a real sandbox, looked at by the code of a worker; time is in the tester's hands."""

import asyncio
import base64
import json
from collections.abc import AsyncIterator
from concurrent.futures import wait
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import redis
from sqlalchemy import func, select, update

from core.channel import Post
from infra.celery.analytics import process_channel
from infra.celery.runtime import LEFT_S, Runtime
from infra.db.channel_tables import channels, member_samples, post_samples, posts
from infra.db.moments import plus
from infra.db.tables import messages
from infra.settings import Settings
from sandbox.client import Client
from sandbox.server import Sandbox

TOKEN = "42:token-of-ours"
NAME = "@our_news"
# Views come about at once: all there are of them by a post's first second.
AT_ONCE_S = 1e-6

TIMES = {
    channels: ("added_at", "looked_at", "look_at"),
    member_samples: ("at", "until"),
    posts: ("posted_at", "sampled_at", "sample_at"),
    post_samples: ("at", "until"),
    messages: ("ended_at",),
}


@dataclass(frozen=True)
class Published:
    """A task as it waits in the broker; `eta` and `expires` are None where it has none."""

    task: str
    args: list[Any]
    eta: datetime | None
    expires: datetime | None


class ChannelBench:
    """One bot, one sandbox. `members` decides how many views every post has."""

    def __init__(self, runtime: Runtime, sandbox: Sandbox, client: Client) -> None:
        self.runtime, self.sandbox, self.client = runtime, sandbox, client
        self.channels = runtime.channels

    async def channel(self, chat: str = NAME, **facts: Any) -> None:
        """Declare it, or declare it anew."""
        given = {"chat": chat, "members": 100, "growth": 1, "half_life_s": AT_ONCE_S}
        await self.client.post("channels", **(given | facts))

    async def post(self, text: str = "text", chat: str = NAME) -> int:
        reply = await self.client.send(chat, text)
        return int(reply.result["message_id"])

    async def look(self, chat: str = NAME, before: int | None = None) -> dict[str, Any]:
        return await process_channel(self.runtime, chat, before)

    async def seen(self, chat: str = NAME) -> list[Post]:
        """The posts with their runs, oldest first."""
        channel = await self.channels.get(chat)
        return (await self.channels.posts.since(channel.id, channel.added_at - YEAR))[::-1]

    async def rows(self) -> int:
        """Samples of views, of all posts."""
        async with self.runtime.ledger.database.reading() as connection:
            query = select(func.count()).select_from(post_samples)
            return await connection.scalar(query) or 0

    async def pass_s(self, seconds: int) -> None:
        """Everything is that much older, in the ledger and in Telegram."""
        async with self.runtime.ledger.database.writing() as connection:
            for table, names in TIMES.items():
                moved = {name: plus(table.c[name], -seconds) for name in names}
                await connection.execute(update(table).values(**moved))
        archive = self.sandbox.telegram.archive
        for chat_id in self.sandbox.telegram.chats.by_id:
            for message in archive.history(chat_id, limit=1000):
                archive.replace({**message, "date": message["date"] - seconds})


YEAR = timedelta(days=365)


@asynccontextmanager
async def channel_bench(
    ledger_url: str, folder: Path, redis_url: str | None = None, **more: Any
) -> AsyncIterator[ChannelBench]:
    async with Sandbox(rate=0, chat_rate=0, group_rate=0) as sandbox:
        settings = Settings(
            _env_file=None,
            bot_token=TOKEN,
            telegram_api_url=sandbox.url,
            telegram_preview_url=sandbox.url,
            database_url=ledger_url,
            data_dir=folder,
            **({"preview_rate": 0} | ({"redis_url": redis_url} if redis_url else {}) | more),
        )
        async with worker(settings) as runtime, Client(sandbox.url, TOKEN) as client:
            yield ChannelBench(runtime, sandbox, client)


@asynccontextmanager
async def worker(settings: Settings) -> AsyncIterator[Runtime]:
    """A worker's runtime, on the loop of the test instead of its own."""
    runtime = Runtime(settings)
    try:
        yield runtime
    finally:
        await asyncio.to_thread(wait, set(runtime._left), LEFT_S)
        await runtime._close()
        runtime._thread.stop()


def published(redis_url: str, queue: str = "analytics") -> list[Published]:
    """What waits in this queue of the broker, oldest first."""
    with redis.Redis.from_url(redis_url) as broker:
        found: Any = broker.lrange(queue, 0, -1)
    return [_published(json.loads(each)) for each in reversed(found)]


def _published(message: dict[str, Any]) -> Published:
    headers = message["headers"]
    args, _, _ = json.loads(base64.b64decode(message["body"]))
    return Published(headers["task"], args, _moment(headers["eta"]), _moment(headers["expires"]))


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
