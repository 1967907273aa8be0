"""A month of channels' samples: rows, bytes, and how long the looks and the figures take.

The baseline keeps a row for each look at a post. Run: python -m benchmarks.bench_samples
"""

import asyncio
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any

from rich.markup import escape
from sqlalchemy import Connection, event, insert, select, text, update

from benchmarks.report import Column, Report
from benchmarks.samples_tables import POSTS_A_CHANNEL, fill, fill_by_look, looks
from benchmarks.samples_world import PAGE, Growing, World, worlds
from benchmarks.stage import DATABASES, Databases, options
from core.channel import Facts, SeenPost
from core.channel_stats import channel_stats
from infra.db import schema
from infra.db.channel_tables import channels as channel_table
from infra.db.channel_tables import posts
from infra.db.channels import Channels
from infra.db.engine import Database
from infra.db.moments import from_now
from infra.db.posts import Page

BOT = 7
TIMES = 15
SLICE = 60
MB = 1e6
NEVER = datetime(2000, 1, 1, tzinfo=UTC)
KEPT = ("post_samples", "member_samples")


@dataclass(frozen=True)
class Size:
    channels: int
    copies: int
    days: int


QUICK, WHOLE = Size(20, 1, 14), Size(20, 10, 30)
"""Channels that went each its own way, times so many that went the same."""


async def measure(report: Report, name: str, url: str, size: Size, lived: list[World]) -> None:
    database = Database(url)
    try:
        await schema.migrate(database)
        channels = Channels(database, BOT)
        empty = await _bytes(database)
        rows = await fill(database, channels, lived, size.copies)
        await _settled(database)
        kept = await _bytes(database)
        with _plans(database) as plans:
            ours = await _ours(database, channels, lived)
        report.ours(f"{name}, by runs", rows, (kept - empty) / MB, *ours)
        await _settled(database)
        before = await _bytes(database)
        rows = await fill_by_look(database, lived, size.copies)
        await _settled(database)
        grown = (await _bytes(database) - before) / MB
        report.baseline(f"{name}, by looks", rows, grown, *await _naive(database, lived))
        for plan in plans:
            report.note(f"{name}: {escape(plan)}")
        await _check_that_runs_are_what_is_written(channels, lived[0])
    finally:
        await database.close()


async def _ours(
    database: Database, channels: Channels, lived: list[World]
) -> tuple[float, float, float]:
    """Medians in ms: take a slice of due channels, note a page, a channel's figures."""
    world, now = lived[0], await database.now()
    [channel] = [each for each in await channels.listed() if each.id == world.number]

    async def note() -> None:
        shown = [_seen(post, world.days) for post in world.posts[-PAGE:]]
        page = Page(NEVER, shown, [post.message_id for post in shown])
        await channels.posts.note(channel.id, page)

    async def figures() -> None:
        since = now - timedelta(days=world.days)
        seen = await channels.posts.since(channel.id, since)
        members = await channels.members.since(channel.id, since)
        assert channel_stats(channel, seen, members, since, now, UTC).posts == len(seen)

    return await _take_ms(channels), await _median_ms(note), await _median_ms(figures)


async def _take_ms(channels: Channels) -> float:
    """The median; all channels are due before each."""
    took_ms = []
    for _ in range(TIMES):
        async with channels._database.writing() as connection:  # noqa: SLF001
            await connection.execute(update(channel_table).values(look_at=from_now(-60)))
        took_ms.append(await _ms(lambda: channels.take_due(SLICE)))
    return median(took_ms)


async def _naive(database: Database, lived: list[World]) -> tuple[None, float, float]:
    """The same of the baseline; its figures are only read, not worked out."""
    first = lived[0].number * POSTS_A_CHANNEL

    async def note() -> None:
        now = datetime.now(UTC)
        row = {"at": now, "views": 1, "precision": 1, "raw": "1", "source": "preview"}
        async with database.writing() as connection:
            await connection.execute(
                insert(looks), [{"post_id": first + n, **row} for n in range(1, PAGE + 1)]
            )

    async def figures() -> None:
        mine = looks.c.post_id.in_(select(posts.c.id).where(posts.c.channel_id == lived[0].number))
        async with database.reading() as connection:
            (await connection.execute(select(looks).where(mine).order_by(*looks.primary_key))).all()

    return None, await _median_ms(note), await _median_ms(figures)


async def _check_that_runs_are_what_is_written(channels: Channels, world: World) -> None:
    """What was filled in bulk is what the looks themselves would have left: played again, on a
    channel of its own, a post's looks leave as many runs with the same counts.
    """
    channel = await channels.add(Facts("-1009999999", "channel", "again", None, 1))
    post = max(world.posts, key=lambda post: len(post.looks))
    for at in post.looks:
        seen = SeenPost(post.number, post.posted_at, "", post.count(at))
        await channels.posts.note(channel.id, Page(NEVER, [seen], [post.number]))
    [written] = await channels.posts.since(channel.id, post.posted_at)
    assert [run.value for run in written.runs] == [seen.value for *_, seen in post.runs]


def _seen(post: Growing, days: int) -> SeenPost:
    # Seen at another moment each time: so about half of the counts are new ones.
    moment = post.posted_at + timedelta(seconds=time.monotonic() % (days * 86_400))
    return SeenPost(post.number, post.posted_at, "", post.count(moment))


async def _median_ms(work: Callable[[], Awaitable[Any]]) -> float:
    return median([await _ms(work) for _ in range(TIMES)])


async def _ms(work: Callable[[], Awaitable[Any]]) -> float:
    began = time.perf_counter()
    await work()
    return (time.perf_counter() - began) * 1000


async def _settled(database: Database) -> None:
    """Statistics are known, and what was written is where it stays."""
    async with database.writing() as connection:
        await connection.execute(text("ANALYZE"))
    on_postgres = database.dialect == "postgresql"
    async with database.reading() as connection:
        sql = "CHECKPOINT" if on_postgres else "PRAGMA wal_checkpoint(TRUNCATE)"
        await connection.exec_driver_sql(sql)


async def _bytes(database: Database) -> int:
    """The samples' tables with their indexes; on SQLite the whole file."""
    if database.dialect == "sqlite":
        file = Path(str(database.url.database))
        return (await asyncio.to_thread(file.stat)).st_size
    names = ", ".join(f"'{name}'" for name in (*KEPT, looks.name))
    sql = f"SELECT sum(pg_total_relation_size(c.oid)) FROM pg_class c WHERE relname IN ({names})"
    async with database.reading() as connection:
        return int((await connection.exec_driver_sql(sql)).scalar_one())


@contextmanager
def _plans(database: Database) -> Iterator[list[str]]:
    """How each kind of statement is carried out that runs within."""
    found: dict[str, str] = {}

    def explain(connection: Connection, _: Any, sql: str, values: Any, *__: Any) -> None:
        if sql in found or sql.startswith(("EXPLAIN", "ANALYZE", "PRAGMA", "BEGIN", "COMMIT")):
            return
        found[sql] = ""
        word = "EXPLAIN QUERY PLAN" if database.dialect == "sqlite" else "EXPLAIN (COSTS OFF)"
        rows = connection.exec_driver_sql(f"{word} {sql}", values).all()
        lines = "\n  ".join(str(row[-1]) for row in rows)
        found[sql] = f"{' '.join(sql.split())[:90]}\n  {lines}"

    engines = {database._writer.sync_engine, database._reader.sync_engine}  # noqa: SLF001
    for engine in engines:
        event.listen(engine, "before_cursor_execute", explain)
    plans: list[str] = []
    yield plans
    for engine in engines:
        event.remove(engine, "before_cursor_execute", explain)
    plans.extend(found.values())


def main() -> None:
    asked = options(__doc__)
    size = QUICK if asked.quick else WHOLE
    lived = list(worlds(size.channels, size.days))
    count, pages = size.channels * size.copies, sum(world.pages for world in lived)
    report = Report(
        f"Samples of {count} channels, 20 posts a week each, over {size.days} days",
        [
            Column("rows"),
            Column("MB", 1),
            Column(f"take {SLICE} due, ms", 1, 20),
            Column(f"note a page of {PAGE}, ms", 1, 20),
            Column("a channel's figures, ms", 1, 250),
        ],
    )
    report.note(f"pages a channel and day: {pages / size.channels / size.days:.0f}")
    with Databases() as databases, tempfile.TemporaryDirectory() as folder:
        for name in ["sqlite", "postgres"] if asked.quick else asked.databases:
            url = databases.url(name) or f"sqlite:///{folder}/ledger.db"
            asyncio.run(measure(report, DATABASES[name], url, size, lived))
    report.show()


if __name__ == "__main__":
    main()
