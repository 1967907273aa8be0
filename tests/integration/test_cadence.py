"""How often a channel is looked at, from Beat's ticks through slices to the looks, by a clock of
our own.
"""

import heapq
import time
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from itertools import count, cycle, pairwise
from pathlib import Path
from typing import Any

import pytest
import redis
from sqlalchemy import event

from core.channel import Facts, SeenPost
from core.view_count import read_view_count
from infra.celery import celery_app
from infra.celery.analytics import FAN_OUT, fan_out
from infra.db.posts import Page
from tests.integration.channel_bench import ChannelBench, channel_bench, published
from tests.integration.test_analytics import running

TICK_S, HOUR_S = 300.0, 3600.0
LATEST_ETA_S = 90.0
# What passes between the moment for which a look was published and its page.
DELAYS_S = (0.5, 2.0, 5.0, 15.0, 30.0, 55.0)
CHANNELS = 12


class World:
    """Ticks, slices and looks in the order of their time: seconds since the first tick."""

    def __init__(self, bench: ChannelBench, redis_url: str) -> None:
        self.bench, self.broker = bench, redis_url
        self.began, self.now_s = datetime.now(UTC), 0.0
        self.looks: dict[str, list[float]] = defaultdict(list)
        self._events: list[tuple[float, int, str, str]] = []
        self._order, self._delays = count(), cycle(DELAYS_S)

    async def take_over_the_clock(self) -> None:
        database = self.bench.runtime.ledger.database
        for engine in (database._writer, database._reader):
            event.listen(engine.sync_engine, "connect", self._connect)
            await engine.dispose()

    def _connect(self, connection: Any, record: Any) -> None:
        now_us = round(self.began.timestamp() * 1e6)
        connection.create_function("utc_now", 0, lambda: now_us + round(self.now_s * 1e6))

    async def run(self, until_s: float) -> None:
        self._plan(0.0, "tick")
        while self._events[0][0] < until_s:
            self.now_s, _, what, chat_id = heapq.heappop(self._events)
            if what == "look":
                await self._look(chat_id)
            else:
                await self._fan_out(follows=what == "slice")
                if what == "tick":
                    self._plan(self.now_s + TICK_S, "tick")

    def _plan(self, at_s: float, what: str, chat_id: str = "") -> None:
        heapq.heappush(self._events, (at_s, next(self._order), what, chat_id))

    async def _fan_out(self, follows: bool) -> None:
        left_s = TICK_S - self.now_s % TICK_S
        began_s = time.time()
        with running(expires=(datetime.now(UTC) + timedelta(seconds=left_s)).isoformat()):
            work = fan_out(self.bench.runtime, follows)
        await work
        for each in published(self.broker):
            in_s = each.eta.timestamp() - began_s if each.eta else 0.0
            assert in_s <= LATEST_ETA_S + 1
            if each.task == FAN_OUT:
                self._plan(self.now_s + in_s, "slice")
            else:
                self._plan(self.now_s + in_s + next(self._delays), "look", each.args[0])
        with redis.Redis.from_url(self.broker) as broker:
            broker.delete("analytics")

    async def _look(self, chat_id: str) -> None:
        self.looks[chat_id].append(self.now_s)
        channel = await self.bench.channels.get(chat_id)
        post = SeenPost(1, self.began, "new", read_view_count("1"))
        page = Page(self.began + timedelta(seconds=self.now_s), [post], [1])
        await self.bench.channels.posts.note(channel.id, page)


async def test_a_post_is_looked_at_twelve_times_in_its_first_hour_wherever_its_grid_lies(
    sqlite_ledger_url: str, tmp_path: Path, redis_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(celery_app.conf, "broker_url", redis_url)
    monkeypatch.setattr(celery_app.amqp, "_producer_pool", None)
    async with channel_bench(sqlite_ledger_url, tmp_path, preview_rate=1) as bench:
        world = World(bench, redis_url)
        await world.take_over_the_clock()
        for n in range(CHANNELS):
            await bench.channels.add(Facts(f"-100{n}", "channel", "News", None, 1))
        await world.run(HOUR_S + max(DELAYS_S))
    assert len(world.looks) == CHANNELS
    for looks in world.looks.values():
        assert 12 <= len(looks) <= 14
        # From one moment of its grid to the next, each looked at with a delay of its own.
        assert max(b - a for a, b in pairwise(looks)) < TICK_S + LATEST_ETA_S
