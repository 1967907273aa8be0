"""Paid broadcasts in the ledger: claimed apart, with room of their own."""

from datetime import timedelta

import pytest

from core.message import POSTS, Claim
from core.outcome import Sent
from core.paid import paid
from core.partners import Returned
from infra.db.engine import Database
from infra.db.figures import Figures
from infra.db.probe import BotHold, Probe
from tests.integration.broadcast_bench import BroadcastBench
from tests.integration.conftest import BOT, TEXT, request, soon


class PaidBench(BroadcastBench):
    async def paid(self, chats: int, key: str = "paid") -> int:
        """A paid broadcast that runs."""
        return await self.running(chats, key, request=request(key, "", content=paid(TEXT)))

    async def claim_paid(self, capacity: int = 100) -> list[Claim]:
        return await self.ledger.claims.claim(0.0, capacity, paid=True)

    async def room(self, capacity: int) -> tuple[int, int]:
        return await self.ledger.claims.room(0.0, capacity, capacity)


@pytest.fixture
async def bench(database: Database) -> PaidBench:
    return PaidBench(database)


async def test_it_is_kept_with_its_fee(bench: PaidBench) -> None:
    found = await bench.get(await bench.paid(1))
    assert found.paid
    assert found.content.params == {**TEXT.params, "allow_paid_broadcast": True}
    [claim] = await bench.claim_paid()
    assert (await bench.mark(claim)).content == found.content
    assert not (await bench.get(await bench.running(1))).paid


async def test_each_kind_has_room_of_its_own_and_is_claimed_apart(bench: PaidBench) -> None:
    assert await bench.room(5) == (0, 0)
    fast = await bench.paid(10)
    assert await bench.room(5) == (0, 5)
    slow = await bench.running(10, "slow")
    for n in range(2):
        await bench.schedule(f"post {n}", f"-{n + 1}")
    assert await bench.room(5) == (5, 5)
    free, fee = await bench.claim(5), await bench.claim_paid(5)
    assert [(each.broadcast_id, each.paid) for each in fee] == [(fast, True)] * 5
    assert [each.broadcast_id for each in free] == [POSTS] * 2 + [slow] * 3
    assert not any(each.paid for each in free)
    assert await bench.room(5) == (0, 0)
    assert await bench.room(7) == (2, 2)
    assert await bench.claim(5) == await bench.claim_paid(5) == []
    await bench.ledger.give_back(Returned(fee[0], 0.0))
    await bench.mark(fee[1])
    assert await bench.room(5) == (0, 2)


async def test_who_delivers_finds_which_claims_are_paid_for(bench: PaidBench) -> None:
    await bench.paid(2)
    await bench.running(2, "slow")
    await bench.schedule("post", "-1")
    claims = [*await bench.claim(), *await bench.claim_paid()]
    found, _ = await bench.ledger.find([(each.id, each.token) for each in claims])
    assert sorted(found, key=lambda each: each.id) == sorted(claims, key=lambda each: each.id)
    assert [each.paid for each in found].count(True) == 2


async def test_several_share_their_room(bench: PaidBench) -> None:
    ids = {await bench.paid(10, key) for key in ("first", "second")}
    claims = await bench.claim_paid(6)
    assert {n: [each.broadcast_id for each in claims].count(n) for n in ids} == dict.fromkeys(
        ids, 3
    )


async def test_paused_with_its_messages_queued_it_takes_no_room_of_others(bench: PaidBench) -> None:
    fast = await bench.paid(10)
    await bench.running(10, "slow")
    await bench.claim_paid(5)
    await bench.ledger.broadcasts.pause(fast)
    assert await bench.room(5) == (5, 0)
    assert await bench.claim_paid() == []
    assert len(await bench.claim(5)) == 5


async def test_while_the_bot_is_held_nothing_is_claimed(bench: PaidBench) -> None:
    await bench.paid(1)
    await bench.ledger.hold_bot(30, "unauthorized")
    assert await bench.claim_paid() == []


async def test_what_was_paid_for_is_no_part_of_what_the_bots_rate_let_through(
    bench: PaidBench,
) -> None:
    await bench.paid(3)
    await bench.running(2, "slow")
    for claim in [*await bench.claim(), *await bench.claim_paid()]:
        await bench.end(await bench.mark(claim), Sent((1,)))
    now = soon(1)
    [ended] = await Figures(bench.database, BOT).ended(now - timedelta(minutes=5), now)
    assert (ended.count, ended.cost) == (5, 2)
    assert (await Probe(bench.database, BOT, "fingerprint").due(30, BotHold())).sent == 2
