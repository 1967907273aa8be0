"""Broadcasts with real workers: paused, resumed, cancelled, built on."""

import asyncio
import random
import time

import pytest
from sqlalchemy import update

from core.audience import Audience
from core.broadcast import BroadcastState, Tally
from core.message import State
from infra.db.tables import broadcasts
from tests.e2e.broadcasting import (
    POLL_S,
    QUICK,
    TAKES_HOLD_S,
    begin,
    draft,
    each_once,
    killed_while_building,
)
from tests.e2e.side_by_side import POSTGRES, SQLITE, scenario
from tests.integration.broadcast_bench import subscribe, subscribe_many
from tests.servers.stack import UNLIMITED, Stack

POST_WITHIN_S = 1.0
MANY = 30_000
COMPLETED, CANCELLED = BroadcastState.COMPLETED, BroadcastState.CANCELLED


@scenario(SQLITE, POSTGRES, takes_s=16)
async def test_a_pause_takes_hold_and_after_it_each_recipient_still_gets_it_once(url: str) -> None:
    chats = range(10_000, 10_500)
    async with Stack(workers=2, database_url=url, rates=QUICK, limits=UNLIMITED) as stack:
        news = await begin(stack, "news", chats)
        await news.received(60)
        posts = [await stack.book.schedule(f"post {n}", n, in_s=1 + n / 2) for n in range(1, 6)]
        for count in (100, 300):
            await news.received(count)
            await news.pause()
            await news.resume()
        found = await news.until(COMPLETED, 20)
        assert found.tally == Tally(500, sent=500)
        assert each_once(await news.receipts(), chats)
        for post in posts:
            [receipt] = await stack.sandbox.receipts(1, 5, int(post.chat_id))
            assert 0 <= receipt.received_at - post.wanted_at.timestamp() < POST_WITHIN_S


@scenario(SQLITE, POSTGRES, takes_s=16)
async def test_cancelled_midway_it_is_sent_to_nobody_else_and_every_row_ends(url: str) -> None:
    chats = range(20_000, 20_400)
    async with Stack(workers=2, database_url=url, rates=QUICK, limits=UNLIMITED) as stack:
        news = await begin(stack, "news", chats)
        await news.received(50)
        await stack.book.ledger.broadcasts.cancel(news.id)
        cancelled_at, at_once = time.time(), (await news.get()).tally
        assert (at_once.pending, at_once.total) == (0, 400)
        counts = await stack.book.all_ended(20)
        assert set(counts) == {State.SENT, State.CANCELLED}
        receipts = await news.receipts()
        assert max(each.received_at for each in receipts) - cancelled_at < TAKES_HOLD_S
        sent = len(receipts)
        assert (await news.get()).tally == Tally(400, sent=sent, skipped=400 - sent)
        assert counts == {State.SENT: sent, State.CANCELLED: 400 - sent}


@scenario(SQLITE, POSTGRES, takes_s=28)
async def test_workers_go_on_with_an_audience_whose_builder_is_gone(url: str) -> None:
    people = range(30_000, 30_150)
    async with Stack(workers=1, database_url=url, rates=QUICK, limits=UNLIMITED) as stack:
        ledger = stack.book.ledger
        await subscribe(ledger.database, people, bot_id=ledger.bot_id)
        news = await draft(stack, "news", audience=Audience())
        await ledger.broadcasts.start(news.id)
        async with ledger.database.writing() as connection:
            this = update(broadcasts).where(broadcasts.c.id == news.id)
            await connection.execute(this.values(builder_until=None))
        found = await news.until(COMPLETED, 20)
        assert found.tally == Tally(150, sent=150)
        assert each_once(await news.receipts(), people)
        await subscribe_many(ledger.database, MANY, ledger.bot_id, "pt")
        command = stack.spawn_command("broadcast", "create", "fala", "--language", "pt")
        left = await killed_while_building(command, ledger)
        await built(stack, left.id, 30)
        assert (await ledger.broadcasts.get(left.id)).tally == Tally(MANY)
        assert await stack.book.ledger.reading.counts(left.id) == {State.SCHEDULED: MANY}


async def built(stack: Stack, broadcast_id: int, within_s: float) -> None:
    """Wait until all of its recipients have rows."""
    async with asyncio.timeout(within_s):
        while not (await stack.book.ledger.broadcasts.get(broadcast_id)).built:
            await asyncio.sleep(POLL_S)


@pytest.mark.slow
@scenario(SQLITE, POSTGRES, takes_s=150)
async def test_paused_and_resumed_fifty_times_under_load_each_gets_it_once(url: str) -> None:
    dice, chats = random.Random(time.time_ns()), range(50_000, 56_000)
    async with Stack(workers=2, database_url=url, rates=QUICK, limits=UNLIMITED) as stack:
        news = await begin(stack, "news", chats)
        await news.received(20)
        for _ in range(50):
            await news.pause()
            await news.resume()
            await asyncio.sleep(dice.uniform(0, 1.0))
        found = await news.until(COMPLETED, 90)
        assert found.tally == Tally(6000, sent=6000)
        assert each_once(await news.receipts(), chats)
