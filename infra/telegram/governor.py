"""One rate limiter for all workers of a bot: Redis decides, in one round trip, when to send."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from core.partners import ChatBusy, Full, Slot
from core.telegram_limits import PAID_BROADCAST_MESSAGES_PER_SECOND
from infra.grouping import Grouped
from infra.settings import Settings
from infra.telegram.turns import answered, connected

log = logging.getLogger(__name__)

US = 1_000_000
POST_HORIZON_S = 2.0
# Posts go first: a broadcast's message never books further ahead than this.
BROADCAST_HORIZON_S = 0.3
# Messages may be bunched by this much time: a sender that is late for its slot costs no
# throughput, and a minute holds no more than a tenth of a second's messages too many.
TOLERANCE_S = 0.1
# A chat has room for one message: two that arrive closer than they left would be refused.
CHAT_MARGIN = 1.03
ASKED_TOGETHER = 64

HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Rates:
    """How fast Telegram lets a bot send; 0 stands for no limit.

    `bot` and `chat` are messages a second, `group` messages a minute to a group or channel,
    `paid` those of paid broadcasts a second, which do not count among the bot's.
    """

    bot: float
    chat: float
    group: float
    paid: float = PAID_BROADCAST_MESSAGES_PER_SECOND

    def chat_interval_s(self, chat_id: str) -> float:
        """The time between two messages to this chat; none for "", which is no chat."""
        if not chat_id:
            return 0.0
        intervals = [1 / self.chat if self.chat else 0.0]
        if not chat_id.isdecimal() and self.group:  # "-100…" or "@name"
            intervals.append(60 / self.group)
        return max(intervals) * CHAT_MARGIN

    @property
    def bot_interval_s(self) -> float:
        return 1 / self.bot if self.bot else 0.0

    @property
    def paid_interval_s(self) -> float:
        return 1 / self.paid if self.paid else 0.0


class Ask(NamedTuple):
    chat_id: str
    cost: int
    broadcast: bool
    not_before_s: float


def rates_of(settings: Settings) -> Rates:
    return Rates(
        settings.telegram_rate,
        settings.telegram_chat_rate,
        settings.telegram_group_rate,
        settings.telegram_paid_rate,
    )


class Governor:
    """The governor of one bot, as asked from one process.

    Where Redis lost its keys, bookings made before the loss pass first (2 s), and the
    holds come back from `load_holds`: seconds by chat id, "" for the bot itself.
    Raises GovernorUnavailable where Redis does not answer in ANSWER_WITHIN_S.
    """

    def __init__(
        self,
        url: str,
        bot_id: int,
        rates: Rates,
        load_holds: Callable[[], Awaitable[Mapping[str, float]]],
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._redis = connected(url, f"governor-{bot_id}")
        # By the braces, Redis on a cluster keeps the keys of one bot together.
        self._prefix = f"governor:{{{bot_id}}}"
        self._rates, self._load_holds, self._sleep = rates, load_holds, sleep
        self._ask_script = self._redis.register_script((HERE / "governor.lua").read_text())
        self._hold_script = self._redis.register_script((HERE / "hold.lua").read_text())
        self._ask_free = self._grouped(self._bot_key, rates.bot_interval_s)
        self._ask_paid = self._grouped(self._paid_key, rates.paid_interval_s)
        self._warming = asyncio.Lock()

    async def ask(
        self, chat_id: str, cost: int, broadcast: bool, not_before_s: float, paid: bool = False
    ) -> Slot | ChatBusy | Full:
        """Book a slot at `not_before_s` from now or soon after, or learn how long to wait.

        What is `paid` for has slots of its own; only its chat's it shares with all others.
        """
        grouped = self._ask_paid if paid else self._ask_free
        return await grouped(Ask(chat_id, cost, broadcast, not_before_s))

    async def hold_chat(self, chat_id: str, seconds: float, flood: bool) -> bool:
        """Hold one chat; True where a flood of another chat makes this one hold the bot."""
        chat = self._chat_key(chat_id)
        return bool(await self._hold([chat], seconds, chat_id if flood else ""))

    async def warm_up(self) -> None:
        """Make sure that the governor is warm; takes up to 2 s where it is not."""
        async with self._warming:
            while (cold_s := await self._cold_s()) is not None:
                await self._sleep(cold_s)
                await self._load()

    async def ahead_s(self) -> float:
        """How far ahead the bot is booked, or for how long it is held; 0 where it is free."""
        # Each key is kept for just as long as its TAT is ahead (see governor.lua).
        ttls_ms: list[int] = [
            await answered(self._redis.pttl(key)) for key in (self._bot_key, self._paid_key)
        ]
        return max(0, *ttls_ms) / 1000

    async def close(self) -> None:
        await self._redis.aclose()

    @property
    def _bot_key(self) -> str:
        return f"{self._prefix}:bot"

    @property
    def _paid_key(self) -> str:
        return f"{self._prefix}:paid"

    def _chat_key(self, chat_id: str) -> str:
        return f"{self._prefix}:chat:{chat_id}"

    def _grouped(self, key: str, interval_s: float) -> Grouped[Ask, Slot | ChatBusy | Full]:
        """Asks for slots of one key, together."""
        return Grouped(partial(self._ask, key, interval_s), max_items=ASKED_TOGETHER)

    async def _ask(
        self, key: str, interval_s: float, asks: list[Ask]
    ) -> list[Slot | ChatBusy | Full]:
        keys = [f"{self._prefix}:alive", key]
        keys += [self._chat_key(ask.chat_id) for ask in asks]
        args: list[int | str] = [_us(interval_s), _us(TOLERANCE_S)]
        spacings_s = [self._rates.chat_interval_s(ask.chat_id) for ask in asks]
        for ask, spacing_s in zip(asks, spacings_s, strict=True):
            horizon_s = BROADCAST_HORIZON_S if ask.broadcast else POST_HORIZON_S
            times = f"{_us(spacing_s)} {_us(horizon_s)} {_us(ask.not_before_s)}"
            args.append(f"{ask.cost} {times}")  # in one: redis-py takes its time over each
        while True:
            answers = await self._run(self._ask_script, keys, args)
            if answers and answers[0] != -1:
                return [
                    _answer(kind, wait_us / US, spacing_s)
                    for (kind, wait_us), spacing_s in zip(answers, spacings_s, strict=True)
                ]
            await self.warm_up()

    async def _cold_s(self) -> float | None:
        """Seconds until the governor may be warmed; None where it is warm."""
        keys = [f"{self._prefix}:alive", self._bot_key]
        answers = await self._run(self._ask_script, keys, [0, 0])
        return answers[1] / US if answers else None

    async def _load(self) -> None:
        for chat_id, seconds in (await self._load_holds()).items():
            await self._hold([self._chat_key(chat_id)] if chat_id else [], seconds, "")
        await answered(self._redis.set(f"{self._prefix}:alive", "1"))
        log.info("governor is warm")

    async def _hold(self, chats: list[str], seconds: float, flooded: str) -> Any:
        """Hold this chat, or the bot where there is none."""
        keys = [f"{self._prefix}:flood", self._bot_key, self._paid_key, *chats]
        args = [_us(seconds), _us(TOLERANCE_S), flooded]
        return await self._run(self._hold_script, keys, args)

    async def _run(self, script: Any, keys: list[str], args: list[Any]) -> Any:
        return await answered(script(keys=keys, args=args))


def _us(seconds: float) -> int:
    return round(seconds * US)


def _answer(kind: int, wait_s: float, spacing_s: float) -> Slot | ChatBusy | Full:
    if kind == 0:
        return Slot(wait_s, spacing_s)
    return ChatBusy(wait_s, spacing_s) if kind == 1 else Full(wait_s)
