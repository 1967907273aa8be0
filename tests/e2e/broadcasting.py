"""Broadcasts as the scenarios direct them, and what the sandbox saw of them."""

import asyncio
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from core.broadcast import Broadcast, BroadcastState, Draft
from core.message import Content, OnUncertain, Request, State
from infra.db.ledger import Ledger
from tests.servers.judge import Receipt
from tests.servers.process import ServerFailed
from tests.servers.program import Program
from tests.servers.stack import Rates, Stack

QUICK = Rates(150, 0, 0)
POLL_S = 0.05
TAKES_HOLD_S = 2.0
STATEMENT_S = 0.2
SHORT_S = 0.005
UNTIL_ALL_S = 60.0
LOOKED_AT_S = 0.5
"""A pause is looked at for so long after the last request was answered."""


@dataclass
class Direction:
    """One broadcast in a stack. `text` is that of its messages."""

    stack: Stack
    id: int
    text: str

    @property
    def ledger(self) -> Ledger:
        return self.stack.book.ledger

    async def get(self) -> Broadcast:
        return await self.ledger.broadcasts.get(self.id)

    async def receipts(self) -> list[Receipt]:
        return [each for each in await self.stack.sandbox.receipts() if each.text == self.text]

    async def received(self, count: int, within_s: float = 20.0) -> None:
        """Wait until so many have been received."""
        give_up_at = time.monotonic() + within_s
        while len(await self.receipts()) < count:
            if time.monotonic() > give_up_at:
                raise ServerFailed(f"{len(await self.receipts())} of {count} received")
            await asyncio.sleep(POLL_S)

    async def until(self, state: BroadcastState, within_s: float) -> Broadcast:
        give_up_at = time.monotonic() + within_s
        while (found := await self.get()).state is not state:
            if time.monotonic() > give_up_at:
                raise ServerFailed(f"not {state} within {within_s:.0f} s: {found}")
            await asyncio.sleep(POLL_S)
        return found

    async def pause(self) -> None:
        """Pause it; soon nothing is on the wire, and then nothing leaves until it is resumed."""
        await self.ledger.broadcasts.pause(self.id)
        paused_at, quiet_by = time.time(), time.monotonic() + TAKES_HOLD_S
        await self._nothing_sending(quiet_by)
        # On Postgres a mark that began before the pause may commit after it.
        await asyncio.sleep(STATEMENT_S)
        await self._nothing_sending(quiet_by)
        before = await self.receipts()
        assert (await self.get()).tally.sent == len(before)
        last_at = max(each.received_at for each in before)
        assert last_at - paused_at < TAKES_HOLD_S
        await asyncio.sleep(LOOKED_AT_S)
        later = {each.name: each for each in await self.receipts()}
        for each in before:
            del later[each.name]
        assert not later, f"sent while paused (at {paused_at}): {later}"

    async def _nothing_sending(self, by_s: float) -> None:
        while (await self.ledger.reading.counts(self.id)).get(State.SENDING):
            assert time.monotonic() < by_s, "still sending"
            await asyncio.sleep(POLL_S)

    async def resume(self) -> None:
        await self.ledger.broadcasts.resume(self.id)


async def draft(
    stack: Stack,
    text: str,
    chats: Sequence[int] = (),
    on_uncertain: OnUncertain = OnUncertain.PARK,
    **changes: Any,
) -> Direction:
    """A draft, with rows for these chats if there are any."""
    content = Content("sendMessage", {"text": text})
    wish = Request("", content, None, text, on_uncertain, 6)
    made = await stack.book.ledger.broadcasts.create(Draft(wish, **changes))
    if chats:
        build = stack.book.ledger.broadcast_build
        ids = [str(chat) for chat in chats]
        _ = [each async for each in build.chats(made.broadcast_id, ids)]
    return Direction(stack, made.broadcast_id, text)


async def begin(
    stack: Stack, text: str, chats: Sequence[int], on_uncertain: OnUncertain = OnUncertain.PARK
) -> Direction:
    made = await draft(stack, text, chats, on_uncertain)
    await stack.book.ledger.broadcasts.start(made.id)
    return made


async def killed_while_building(creating: Program, ledger: Ledger) -> Broadcast:
    """What the command leaves that is killed as soon as it has written recipients down."""
    while not (found := [each for each in await ledger.broadcasts.newest(1) if begun(each)]):
        assert creating.runs, f"it ended before it was killed\n{creating.tail()}"
        await asyncio.sleep(SHORT_S)
    creating.kill()
    left = await ledger.broadcasts.get(found[0].id)
    assert not left.built, f"it was done before it was killed: {left}"
    return left


def begun(broadcast: Broadcast) -> bool:
    return bool(broadcast.tally.total) and not broadcast.built


def each_once(receipts: Iterable[Receipt], chats: Iterable[int]) -> bool:
    return sorted(int(each.chat_id) for each in receipts) == sorted(chats)
