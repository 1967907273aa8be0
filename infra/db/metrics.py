"""The `metrics` table: figures by bucket of time, kept for two years and thinned as they age."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from math import isnan
from typing import Any

from sqlalchemy import ColumnElement, case, delete, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from core.epoch import EPOCH
from core.figure import LABEL_CHARACTERS, Figure
from core.thinning import DAY_S, KEPT, STEPS, Bucket, Step, beginning, merged, single
from infra.db.engine import Database
from infra.db.tables import from_microseconds, to_microseconds
from infra.db.upsert import insert_into
from infra.db.watch_tables import metrics

f = metrics.c

SAMPLED_UNTIL = "sampled_until"
"""The row that says how far messages are counted: its `last`, in microseconds since 1970, which a
double holds exactly. Its span is 0: it is no bucket, and never thinned."""

MERGED_TOGETHER = 24
"""Buckets made in one transaction: a day's hours, or a month's days."""

Series = tuple[str, str]
"""Name and label."""

Totals = Mapping[Series, float]


class Metrics:
    """The figures of one bot's system."""

    def __init__(self, database: Database, bot_id: int) -> None:
        self._database, self._bot_id = database, bot_id

    async def record(self, at: datetime, figures: Iterable[Figure]) -> None:
        """Keep what was seen at this moment."""
        async with self._database.writing() as connection:
            await self._put(connection, _single(at, figures))

    async def sampled_until(self, first: datetime) -> datetime:
        """How far what happened is counted; from `first` on where nothing was counted yet."""
        query = select(f.last).where(*self._mark())
        async with self._database.reading() as connection:
            last = await connection.scalar(query)
        if last is None:
            row = self._row(SAMPLED_UNTIL, "", _whole(float(to_microseconds(first))))
            insert = insert_into(self._database.dialect, metrics).values(row)
            async with self._database.writing() as connection:
                await connection.execute(insert.on_conflict_do_nothing())
                last = await connection.scalar(query)
        return from_microseconds(int(last or 0))

    async def record_window(
        self, since: datetime, until: datetime, figures: Iterable[Figure]
    ) -> bool:
        """Keep what happened in [since, until), in the bucket in which its last moment falls.

        False where that time is counted already: then nothing was kept.
        """
        move = (
            update(metrics)
            .where(*self._mark(), f.last == float(to_microseconds(since)))
            .values(last=float(to_microseconds(until)))
        )
        async with self._database.writing() as connection:
            if (await connection.execute(move)).rowcount != 1:
                return False
            await self._put(connection, _single(until - timedelta.resolution, figures))
        return True

    async def counted_until(self) -> datetime | None:
        """As `sampled_until`; None where nothing was counted yet."""
        async with self._database.reading() as connection:
            last = await connection.scalar(select(f.last).where(*self._mark()))
        return from_microseconds(int(last)) if last is not None else None

    async def totals(self, names: Sequence[str], since: datetime, until: datetime) -> Totals:
        """The sums of what began in [since, until), by name and label."""
        query = (
            select(f.name, f.label, func.sum(f.total))
            .where(f.bot_id == self._bot_id, f.name.in_(names), f.span_s > 0)
            .where(f.at >= since, f.at < until)
            .group_by(f.name, f.label)
        )
        async with self._database.reading() as connection:
            return {(name, label): total for name, label, total in await connection.execute(query)}

    async def labels(self, name: str) -> set[str]:
        """Every label that this figure has had."""
        query = select(f.label).where(f.bot_id == self._bot_id, f.name == name).distinct()
        async with self._database.reading() as connection:
            return set(await connection.scalars(query))

    async def read(self, name: str, since: datetime, until: datetime) -> dict[str, list[Bucket]]:
        """By label, the buckets that reach into [since, until), oldest first.

        Where nothing happened there is no bucket. Older ones are longer: see core/thinning.py.
        """
        reaches = or_(
            *(
                (f.span_s == span_s) & (f.at > since - timedelta(seconds=span_s))
                for span_s in (*(step.from_s for step in STEPS), DAY_S)
            )
        )
        query = select(metrics).where(
            f.bot_id == self._bot_id, f.name == name, f.at < until, reaches
        )
        found: dict[str, list[Bucket]] = {}
        async with self._database.reading() as connection:
            for row in await connection.execute(query.order_by(f.label, f.at)):
                found.setdefault(row.label, []).append(_bucket(row))
        return found

    async def thin(self, now: datetime) -> dict[str, int]:
        """Merge what is old enough, and remove what is too old: {merged, removed} in rows.

        In small transactions, each of which leaves every value counted once; so it may be
        broken off anywhere, and two may run at once.
        """
        merged_rows = removed = 0
        for series in await self._series():
            for step in STEPS:
                while rows := await self._merge(series, step, step.end(now)):
                    merged_rows += rows
            removed += await self._remove(series, beginning(now - KEPT, DAY_S))
        return {"merged": merged_rows, "removed": removed}

    async def _series(self) -> list[Series]:
        query = select(f.name, f.label).where(f.bot_id == self._bot_id, f.span_s > 0).distinct()
        async with self._database.reading() as connection:
            return [(row.name, row.label) for row in await connection.execute(query)]

    async def _merge(self, series: Series, step: Step, end: datetime) -> int:
        """Merge the oldest buckets of this series; how many rows went into others."""
        fine = self._of(series, step.from_s)
        oldest = select(f.at).where(*fine, f.at < end).order_by(f.at).limit(1)
        async with self._database.reading() as connection:
            first = await connection.scalar(oldest)
        if first is None:
            return 0
        until = beginning(first, step.to_s) + timedelta(seconds=step.to_s * MERGED_TOGETHER)
        # What is deleted is returned to one of two that thin at once, never to both.
        taken = delete(metrics).where(*fine, f.at < min(until, end)).returning(metrics)
        async with self._database.writing() as connection:
            rows = [_bucket(row) for row in await connection.execute(taken)]
            await self._put(connection, {series: merged(rows, step.to_s)})
        return len(rows)

    async def _remove(self, series: Series, before: datetime) -> int:
        spent = delete(metrics).where(*self._of(series, DAY_S), f.at < before)
        async with self._database.writing() as connection:
            return (await connection.execute(spent)).rowcount

    async def _put(
        self, connection: AsyncConnection, buckets: Mapping[Series, Sequence[Bucket]]
    ) -> None:
        """Write these buckets, or merge them into those that stand already."""
        rows = [
            self._row(*series, bucket)
            # In one order, or two that write at once could wait for each other.
            for series, several in sorted(buckets.items())
            for bucket in several
        ]
        if rows:
            await connection.execute(_upsert(self._database.dialect), rows)

    def _row(self, name: str, label: str, bucket: Bucket) -> dict[str, Any]:
        kept = label[:LABEL_CHARACTERS]
        return {"bot_id": self._bot_id, "name": name, "label": kept} | asdict(bucket)

    def _of(self, series: Series, span_s: int) -> tuple[ColumnElement[bool], ...]:
        name, label = series
        mine = f.bot_id == self._bot_id
        return mine, f.name == name, f.label == label, f.span_s == span_s

    def _mark(self) -> tuple[ColumnElement[bool], ...]:
        return (*self._of((SAMPLED_UNTIL, ""), 0), f.at == EPOCH)


def _whole(value: float) -> Bucket:
    """The row of what is not about a time."""
    return Bucket(EPOCH, 0, 1, value, value, value, value)


def _single(at: datetime, figures: Iterable[Figure]) -> dict[Series, list[Bucket]]:
    return {
        (figure.name, figure.label): [single(at, figure.value)]
        for figure in figures
        if not isnan(figure.value)
    }


def _bucket(row: Any) -> Bucket:
    return Bucket(row.at, row.span_s, row.n, row.total, row.least, row.most, row.last)


def _upsert(dialect: str) -> Any:
    """What is written last counts as the latest."""
    insert = insert_into(dialect, metrics)
    new = insert.excluded
    return insert.on_conflict_do_update(
        index_elements=list(metrics.primary_key.columns),
        set_={
            "n": f.n + new.n,
            "total": f.total + new.total,
            "least": case((new.least < f.least, new.least), else_=f.least),
            "most": case((new.most > f.most, new.most), else_=f.most),
            "last": new.last,
        },
    )
