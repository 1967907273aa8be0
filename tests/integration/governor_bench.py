"""Governors on a real Valkey, and the way that their tests ask them."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any

from core.partners import ChatBusy, Full, Slot
from infra.telegram.governor import Governor, Rates

BOT = 7
# How long a busy machine may take from one look at Redis's clock to the next.
BUSY_S = 0.15
TELEGRAMS = Rates(bot=30, chat=1, group=20)  # and 1,000 with paid broadcasts
Make = Callable[..., Awaitable[Governor]]


async def no_holds() -> Mapping[str, float]:
    return {}


async def no_wait(seconds: float) -> None:
    """Nothing was booked before these tests: nothing needs to pass."""


@asynccontextmanager
async def governors(url: str) -> AsyncIterator[Make]:
    """Makes governors that are warm, of one bot unless told otherwise."""
    made: list[Governor] = []

    async def one(rates: Rates = TELEGRAMS, bot_id: int = BOT) -> Governor:
        made.append(Governor(url, bot_id, rates, no_holds, no_wait))
        await made[-1].warm_up()
        return made[-1]

    yield one
    for governor in made:
        await governor.close()


async def post(governor: Governor, chat_id: str, **changes: Any) -> Slot | ChatBusy | Full:
    asked = {"cost": 1, "broadcast": False, "not_before_s": 0.0} | changes
    return await governor.ask(chat_id, **asked)


def just(expected_s: float, actual_s: float) -> bool:
    """Is it this time, less what has passed since it was true?"""
    return expected_s - BUSY_S <= actual_s <= expected_s + 1e-6


async def booked(governor: Governor, chat_id: str, **changes: Any) -> float:
    """Seconds from now to the slot that it got."""
    answer = await post(governor, chat_id, **changes)
    assert isinstance(answer, Slot)
    return answer.in_s
