"""Everything at once, at random, for a while: then every message is accounted for."""

import asyncio
import random
from collections.abc import Awaitable, Callable

import pytest

from core.message import Message, OnUncertain, State
from tests.e2e.side_by_side import POSTGRES, SQLITE, scenario
from tests.servers.judge import name_of
from tests.servers.stack import Stack

SEED = random.randrange(1_000_000)
MESSAGES = 600
OVER_S = 40.0
PAUSE_S = 2.0

Trouble = Callable[[Stack, random.Random], Awaitable[None]]


@pytest.mark.slow
@scenario(SQLITE, POSTGRES, takes_s=90)
async def test_no_sequence_of_faults_loses_a_message_or_doubles_a_seen_one(url: str) -> None:
    print(f"seed {SEED}")
    dice = random.Random(SEED)
    settings = {"SEND_RETRY_DELAY": "1"}
    async with Stack(workers=2, beats=1, database_url=url, settings=settings) as stack:
        for n in range(MESSAGES):
            policy = dice.choice(list(OnUncertain))
            text = f"{policy} {n}"
            await stack.book.schedule(text, 100 + n, dice.uniform(0, OVER_S), policy)
        end_at = asyncio.get_running_loop().time() + OVER_S
        while asyncio.get_running_loop().time() < end_at:
            await dice.choice(TROUBLES)(stack, dice)
            await asyncio.sleep(dice.uniform(0, PAUSE_S))
        await stack.sandbox.delete("faults")
        await stack.book.all_ended(60)
        await check(stack)


async def kill_a_worker(stack: Stack, dice: random.Random) -> None:
    dice.choice(stack.running_workers).kill()
    stack.spawn_worker()


async def freeze_a_worker(stack: Stack, dice: random.Random) -> None:
    worker = dice.choice(stack.running_workers)
    worker.freeze()
    await asyncio.sleep(dice.uniform(0, 4))
    worker.thaw()


async def flush_the_broker(stack: Stack, dice: random.Random) -> None:
    stack.valkey.flush()


async def restart_the_broker(stack: Stack, dice: random.Random) -> None:
    stack.valkey.kill()
    await asyncio.sleep(dice.uniform(0, 2))
    stack.valkey.start()


async def hide_answers(stack: Stack, dice: random.Random) -> None:
    kind = dice.choice(["cut_after", "cut_before", "flood", "slow"])
    await stack.sandbox.post("faults", kind=kind, count=dice.randint(1, 10))


TROUBLES: list[Trouble] = [
    kill_a_worker,
    freeze_a_worker,
    flush_the_broker,
    restart_the_broker,
    hide_answers,
    hide_answers,
]


async def check(stack: Stack) -> None:
    verdict = await stack.judgement()
    print(dict(verdict.states), f"doubled {len(verdict.doubled)}")
    assert (verdict.lost, verdict.astray) == ([], [])
    assert verdict.states.keys() <= {State.SENT, State.UNCERTAIN}
    rows = {name_of(row): row for row in await stack.book.rows()}
    for name, copies in verdict.doubled.items():
        row = await stack.book.ledger.reading.get(rows[name].id)
        assert copies - 1 <= hidden_answers(row), (name, copies, row.history)
        assert row.on_uncertain is OnUncertain.RESEND


def hidden_answers(row: Message) -> int:
    return sum(attempt.outcome == "uncertain" for attempt in row.history)
