"""Redis as the one that gives out turns: asked by all processes, and never waited for long."""

from collections.abc import Awaitable
from typing import Any, TypeVar

import redis.asyncio
from redis.exceptions import RedisError

from core.errors import GovernorUnavailable

T = TypeVar("T")

ANSWER_WITHIN_S = 2.0


def connected(url: str, name: str) -> Any:
    """A client that gives up after ANSWER_WITHIN_S; `name` is what Redis lists it by."""
    return redis.asyncio.Redis.from_url(
        url,
        socket_timeout=ANSWER_WITHIN_S,
        socket_connect_timeout=ANSWER_WITHIN_S,
        client_name=name,
    )


async def answered(command: Awaitable[T]) -> T:
    """What Redis says; raises GovernorUnavailable where it says nothing."""
    try:
        return await command
    except (RedisError, OSError, TimeoutError) as error:
        raise GovernorUnavailable(f"Redis: {error or type(error).__name__}") from error
