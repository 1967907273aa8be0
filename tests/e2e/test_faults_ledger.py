"""A database that restarts, several schedulers at once, and a token that Telegram refuses."""

import asyncio

from core.broadcast import BroadcastState, Tally
from core.message import State
from tests.e2e.broadcasting import begin
from tests.e2e.side_by_side import OWN, POSTGRES, SQLITE, scenario
from tests.servers.book import Counts
from tests.servers.postgres import PostgresServer
from tests.servers.stack import Rates, Stack

QUIET_S = 2.5
"""Longer than a worker's timer takes to look for messages again."""


@scenario(OWN, takes_s=18)
async def test_a_restarted_database_loses_no_answer_and_doubles_nothing(
    url: str,
) -> None:
    with PostgresServer() as own:
        async with Stack(workers=2, database_url=own.create_database("restarted")) as stack:
            await stack.sandbox.post("faults", kind="hold")
            for n in range(60):
                await stack.book.schedule(f"row {n}", 100 + n)
            held = await stack.sandbox.held(20)
            await asyncio.to_thread(own.stop)
            await stack.sandbox.post("release")
            await any_logged(stack, "answer kept")
            own.start()
            await stack.book.all_ended(40)
            verdict = await stack.judgement()
            assert (verdict.lost, verdict.doubled, verdict.astray) == ([], {}, [])
            assert verdict.states == {State.SENT: 60}
            assert len(held) >= 20


@scenario(POSTGRES, SQLITE, takes_s=8)
async def test_two_beats_and_two_workers_send_each_message_once(url: str) -> None:
    often = {"BEAT_SEND_SCHEDULED_MESSAGES": "0.2"}
    async with Stack(workers=2, beats=2, database_url=url, settings=often) as stack:
        caller = await stack.start_caller()
        news = await begin(stack, "news", range(5_000, 5_100))
        for n in range(60):
            await stack.book.schedule(f"row {n}", 100 + n, in_s=n / 20)
        for n in range(15):
            await caller.delay(300 + n, f"task {n}")
        await stack.book.all_ended(30)
        verdict = await stack.judgement()
        assert (verdict.lost, verdict.doubled, verdict.astray) == ([], {}, [])
        assert verdict.states == {State.SENT: 175}
        assert (await news.until(BroadcastState.COMPLETED, 10)).tally == Tally(100, sent=100)
        assert (await stack.sandbox.stats())["floods"] == 0
        for beat in (each for each in stack.programs if each.name.startswith("beat")):
            assert beat.log().count("Sending due task send-scheduled-messages") >= 5


@scenario(SQLITE, POSTGRES, takes_s=10)
async def test_a_token_that_telegram_refuses_stops_the_bot_and_loses_nothing(
    url: str,
) -> None:
    async with Stack(workers=1, database_url=url, rates=Rates(bot=10)) as stack:
        [worker] = stack.running_workers
        for n in range(40):
            await stack.book.schedule(f"row {n}", 100 + n)
        await stack.sandbox.receipts(5, 20)
        await stack.sandbox.post("faults", kind="bad_token")
        await stack.book.until(is_at_rest, 15, "at rest")
        before = await stack.sandbox.stats()
        await asyncio.sleep(QUIET_S)
        assert (await stack.sandbox.stats())["requests"] == before["requests"]
        assert before["rejected"].keys() == {"401"}
        await check_refused(stack)
        await stack.sandbox.delete("faults")
        worker.kill()
        stack.settings["BOT_TOKEN"] = "42:another"
        await stack.start_worker()
        await stack.book.all_ended(20)
        verdict = await stack.judgement()
        assert (verdict.lost, verdict.doubled, verdict.astray) == ([], {}, [])
        assert verdict.states == {State.SENT: 40}


def is_at_rest(counts: Counts) -> bool:
    return not counts.keys() & {State.QUEUED, State.SENDING}


async def check_refused(stack: Stack) -> None:
    """What was refused waits, with no attempt spent; what was sent is known to be."""
    rows = await stack.book.rows()
    assert {row.state for row in rows} == {State.SENT, State.SCHEDULED}
    assert sum(row.state is State.SENT for row in rows) == len(await stack.sandbox.receipts())
    refused = [row for row in rows if row.reason == "unauthorized"]
    assert refused
    assert {row.attempts for row in refused} == {0}


async def any_logged(stack: Stack, text: str) -> None:
    """Wait until some worker has logged this."""
    waits = [asyncio.create_task(each.logged(text, 20)) for each in stack.running_workers]
    done, pending = await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
    for wait in pending:
        wait.cancel()
    for wait in done:
        wait.result()
