"""Samples written in bulk: by runs, as they are kept, and for comparison a row for each look."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import islice
from typing import Any

from sqlalchemy import BigInteger, Column, Integer, MetaData, String, Table, insert, select
from sqlalchemy.types import TypeEngine

from benchmarks.samples_world import Growing, World
from core.channel import Facts
from infra.db.channel_tables import member_samples, post_samples, posts
from infra.db.channels import Channels
from infra.db.engine import Database
from infra.db.post_samples import PREVIEW
from infra.db.records import encoder, records
from infra.db.tables import UtcTime

CHUNK = 20_000
POSTS_A_CHANNEL = 1_000
"""A post's id is its channel's number times this, plus its own: so copies are found without a
look."""

plain = MetaData()
looks = Table(
    "samples_by_look",
    plain,
    Column("post_id", BigInteger, primary_key=True, autoincrement=False),
    Column("at", UtcTime, primary_key=True),
    Column("views", BigInteger, nullable=False),
    Column("precision", Integer, nullable=False),
    Column("raw", String(16), nullable=False),
    Column("source", String(8), nullable=False),
    sqlite_with_rowid=False,
)

Row = Mapping[str, Any]


async def fill(database: Database, channels: Channels, worlds: Sequence[World], copies: int) -> int:
    """The channels' samples by runs; how many rows these are, members' included."""
    for copy in range(copies):
        for world in worlds:
            number = world.number + copy * len(worlds)
            await channels.add(Facts(f"-100{number}", "channel", f"Channel {number}", None, 1))
    await _insert(database, posts, (_post(w.number, p) for w in worlds for p in w.posts))
    await _insert(database, post_samples, (r for w in worlds for p in w.posts for r in _runs(w, p)))
    await _insert(database, member_samples, (row for w in worlds for row in _members(w)))
    await _copy(database, posts, {"id": POSTS_A_CHANNEL, "channel_id": 1}, len(worlds), copies)
    await _copy(database, post_samples, {"post_id": POSTS_A_CHANNEL}, len(worlds), copies)
    await _copy(database, member_samples, {"channel_id": 1}, len(worlds), copies)
    runs = sum(len(post.runs) for world in worlds for post in world.posts)
    return copies * (runs + sum(len(world.members) for world in worlds))


async def fill_by_look(database: Database, worlds: Sequence[World], copies: int) -> int:
    """The same, a row a look; how many rows."""
    async with database.writing() as connection:
        await connection.run_sync(plain.create_all)
    await _insert(database, looks, (r for w in worlds for p in w.posts for r in _by_look(w, p)))
    await _copy(database, looks, {"post_id": POSTS_A_CHANNEL}, len(worlds), copies)
    return copies * sum(world.looks for world in worlds)


async def _insert(database: Database, table: Table, rows: Iterable[Row]) -> None:
    given = iter(rows)
    encode = encoder(database.dialect)
    while chunk := list(islice(given, CHUNK)):
        types: dict[str, TypeEngine[Any]] = {name: table.c[name].type for name in chunk[0]}
        source = records(database.dialect, "given", types)
        statement = insert(table).from_select(list(types), select(*source.c))
        async with database.writing() as connection:
            await connection.execute(statement, {"given": encode(chunk)})


async def _copy(
    database: Database, table: Table, steps: Mapping[str, int], channels: int, copies: int
) -> None:
    """Other channels that went the same way; `steps` tells how far ids are apart by channel."""
    if copies == 1:
        return
    first = next(iter(steps))
    own = table.c[first] < (channels + 1) * steps[first]
    for copy in range(1, copies):
        columns = [
            column + copy * channels * steps[column.name] if column.name in steps else column
            for column in table.c
        ]
        statement = insert(table).from_select(list(table.c), select(*columns).where(own))
        async with database.writing() as connection:
            await connection.execute(statement)


def _post_id(channel: int, post: Growing) -> int:
    return channel * POSTS_A_CHANNEL + post.number


def _post(channel: int, post: Growing) -> Row:
    last: tuple[datetime, datetime, Any] = post.runs[-1]
    return {
        "id": _post_id(channel, post),
        "channel_id": channel,
        "message_id": post.number,
        "posted_at": post.posted_at,
        "head": "What happened today, and what may come of it",
        "views": last[2].value,
        "views_raw": last[2].raw,
        "sampled_at": last[1],
        "sample_at": post.sample_at,
    }


def _runs(world: World, post: Growing) -> Iterator[Row]:
    for at, until, seen in post.runs:
        yield {"post_id": _post_id(world.number, post), "at": at, "until": until, **_seen(seen)}


def _by_look(world: World, post: Growing) -> Iterator[Row]:
    for run_at, until, seen in post.runs:
        for at in post.looks:
            if run_at <= at <= until:
                yield {"post_id": _post_id(world.number, post), "at": at, **_seen(seen)}


def _seen(count: Any) -> Row:
    values = {"views": count.value, "precision": count.precision, "raw": count.raw}
    return {**values, "source": PREVIEW}


def _members(world: World) -> Iterator[Row]:
    for at, until, members in world.members:
        yield {"channel_id": world.number, "at": at, "until": until, "members": members}
