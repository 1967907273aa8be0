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
from tests.e2e.broadcasting import QUICK, begin, draft, each_once
from tests.e2e.side_by_side import POSTGRES, SQLITE, scenario
from tests.integration.broadcast_bench import subscribe
from tests.servers.stack import UNLIMITED, Stack

POST_WITHIN_S = 1.0
COMPLETED, CANCELLED = BroadcastState.COMPLETED, BroadcastState.CANCELLED


@scenario(SQLITE, POSTGRES, takes_s=16)
async def test_a_pause_takes_hold_and_after_it_each_recipient_still_gets_it_once(url: str) -> None:
    chats = range(10_000, 10_500)
    async with Stack(workers=2, database_url=url, rates=QUICK, limits=UNLIMITED) as stack:
        news = await begin(stack, "news", chats)
        await news.received(60)
        post = await stack.book.schedule("post", 5, in_s=2.5)
        for count in (100, 300):
            await news.received(count)
            await news.pause()
            await news.resume()
        found = await news.until(COMPLETED, 20)
        assert found.tally == Tally(500, sent=500)
        assert each_once(await news.receipts(), chats)
        [receipt] = await stack.sandbox.receipts(1, 5, 5)
        assert 0 <= receipt.received_at - post.wanted_at.timestamp() < POST_WITHIN_S


@scenario(SQLITE, POSTGRES, takes_s=16)
async def test_cancelled_midway_it_is_sent_to_nobody_else_and_every_row_ends(url: str) -> None:
    chats = range(20_000, 20_400)
    async with Stack(workers=2, database_url=url, rates=QUICK, limits=UNLIMITED) as stack:
        news = await begin(stack, "news", chats)
        await news.received(50)
        await stack.book.ledger.broadcasts.cancel(news.id)
        at_once = (await news.get()).tally
        assert (at_once.pending, at_once.total) == (0, 400)
        counts = await stack.book.all_ended(20)
        assert set(counts) == {State.SENT, State.CANCELLED}
        sent = len(await news.receipts())
        assert (await news.get()).tally == Tally(400, sent=sent, skipped=400 - sent)
        assert counts == {State.SENT: sent, State.CANCELLED: 400 - sent}


@scenario(SQLITE, POSTGRES, takes_s=14)
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
