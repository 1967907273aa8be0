"""What the broker has, waited for."""

import asyncio

import redis.asyncio

from tests.servers.stack import Stack

POLL_S = 0.05


async def waiting(stack: Stack, count: int, within_s: float = 10.0) -> None:
    """Until the broker has so many tasks that no worker has taken."""
    async with (
        redis.asyncio.Redis.from_url(stack.valkey.url()) as broker,
        asyncio.timeout(within_s),
    ):
        while await _tasks(broker) < count:
            await asyncio.sleep(POLL_S)


async def unacked(stack: Stack, within_s: float = 10.0) -> None:
    """Until a worker has taken a task and not yet acknowledged it."""
    async with (
        redis.asyncio.Redis.from_url(stack.valkey.url()) as broker,
        asyncio.timeout(within_s),
    ):
        while not await broker.hlen("unacked"):
            await asyncio.sleep(POLL_S)


async def _tasks(broker: redis.asyncio.Redis) -> int:
    """In all lists of the queue: there is one for each priority."""
    lists = await broker.keys("messages*")
    return sum([await broker.llen(each) for each in lists])
