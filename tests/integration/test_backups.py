"""A backup of either database is restored to either: all of it, or nothing."""

import asyncio
import fcntl
import gzip
from collections.abc import AsyncIterator, Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, insert, inspect, select, text

from core.errors import InvalidInput, LedgerUnavailable, TransitionRefused
from infra import backup_file, backups
from infra.db import revision, schema
from infra.db.all_tables import tables
from infra.db.engine import Database
from infra.db.standstill import Standstill, stop
from infra.db.tables import attempts, bots, messages
from infra.db.web_tables import accounts
from tests.integration import whole_ledgers
from tests.integration.conftest import Bench, beside
from tests.servers.postgres import PostgresServer


@pytest.fixture(params=["sqlite", "postgres"])
async def empty(
    request: pytest.FixtureRequest, tmp_path: Path, postgres_server: PostgresServer
) -> AsyncIterator[Database]:
    """Where to restore to: nothing is there yet."""
    url = f"sqlite:///{tmp_path / 'restored.db'}"
    if request.param == "postgres":
        url = postgres_server.create_database("restored")
    database = Database(url)
    yield database
    await database.close()
    if request.param == "postgres":
        postgres_server.drop_database("restored")


@pytest.fixture
async def elsewhere(
    database: Database, tmp_path: Path, postgres_server: PostgresServer
) -> AsyncIterator[Database]:
    """Nothing is there yet; on SQLite if the ledger is on Postgres, and the other way round."""
    url = f"sqlite:///{tmp_path / 'elsewhere.db'}"
    if database.dialect == "sqlite":
        url = postgres_server.create_database("elsewhere")
    made = Database(url)
    yield made
    await made.close()
    postgres_server.drop_database("elsewhere")


@pytest.fixture
async def somewhere(sqlite_ledger_url: str) -> AsyncIterator[Database]:
    """A ledger with nothing in it."""
    database = Database(sqlite_ledger_url)
    yield database
    await database.close()


async def back_up(database: Database, file: Path) -> backups.Contents:
    with backup_file.draft(file) as stream:
        return await backups.back_up(database, stream)


async def test_every_table_comes_back_with_equal_rows_and_goes_on_numbering(
    database: Database, elsewhere: Database, tmp_path: Path
) -> None:
    empty = elsewhere
    await whole_ledgers.fill(database)
    async with database.writing() as connection:  # its number is not to be given again
        await connection.execute(insert(accounts).values(_an_account(100)))
        await connection.execute(delete(accounts).where(accounts.c.id == 100))
    made = await back_up(database, tmp_path / "a.backup")
    restored, _ = await backups.restore(empty, tmp_path / "a.backup", parks=False)
    assert restored == made
    assert made.rows == {table.name: 5 for table in tables()}
    assert made.bots == [1, 2, 3, 4, 5]
    assert await whole_ledgers.contents(empty) == await whole_ledgers.contents(database)
    last = await whole_ledgers.numbers(empty)
    assert last == await whole_ledgers.numbers(database)
    # On Postgres the rows had numbers of their own: its sequence was never asked.
    async with empty.writing() as connection:
        values = {**_an_account(0), "id": None}
        values.pop("id")
        made_id = await connection.scalar(insert(accounts).values(values).returning(accounts.c.id))
    assert made_id == last["accounts"] + 1


async def test_no_table_of_the_ledger_is_forgotten(fresh_database: Database) -> None:
    async with fresh_database.reading() as connection:
        names = await connection.run_sync(lambda sync: inspect(sync).get_table_names())
    assert set(names) - {"alembic_version"} == {table.name for table in tables()}


async def test_a_backup_is_of_one_moment_while_others_write(
    bench: Bench, somewhere: Database, tmp_path: Path
) -> None:
    """Each transaction writes a message and its attempt: both are in the backup, or neither."""
    for number in range(10):
        await _message_and_attempt(bench, number)
    writing = asyncio.create_task(_write_on(bench))
    try:
        await back_up(bench.database, tmp_path / "a.backup")
    finally:
        writing.cancel()
    await asyncio.wait({writing})
    await backups.restore(somewhere, tmp_path / "a.backup", parks=False)
    async with somewhere.reading() as connection:
        ids = set(await connection.scalars(select(messages.c.id)))
        tried = set(await connection.scalars(select(attempts.c.message_id)))
    assert ids == tried
    assert len(ids) >= 10
    async with bench.database.reading() as connection:
        now = set(await connection.scalars(select(messages.c.id)))
    assert ids < now, "nobody has written meanwhile: nothing was shown"


async def test_only_its_owner_may_read_it_and_no_draft_is_left(
    somewhere: Database, tmp_path: Path
) -> None:
    (tmp_path / "a.backup.draft").write_bytes(b"of one that was killed" * 9_999)
    (tmp_path / "a.backup.draft").chmod(0o644)
    await back_up(somewhere, tmp_path / "a.backup")
    assert (tmp_path / "a.backup").stat().st_mode & 0o777 == 0o600
    assert not list(tmp_path.glob("*.draft"))
    assert backups.examine(tmp_path / "a.backup").total == 0


async def test_where_a_backup_fails_the_one_before_stays(
    somewhere: Database, tmp_path: Path
) -> None:
    await back_up(somewhere, tmp_path / "a.backup")
    before = (tmp_path / "a.backup").read_bytes()
    async with somewhere.writing() as connection:
        await connection.execute(text("DROP TABLE alembic_version"))
    with pytest.raises(LedgerUnavailable, match="no ledger"):
        await back_up(somewhere, tmp_path / "a.backup")
    assert (tmp_path / "a.backup").read_bytes() == before
    assert not list(tmp_path.glob("*.draft"))


def test_two_do_not_write_one_file(tmp_path: Path) -> None:
    with backup_file.draft(tmp_path / "a.backup") as first:
        with (
            pytest.raises(InvalidInput, match="written by another"),
            backup_file.draft(tmp_path / "a.backup"),
        ):
            pass
        first.write(b"whole")
    assert (tmp_path / "a.backup").read_bytes() == b"whole"


def test_one_that_comes_as_another_ends_leaves_what_that_wrote(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It has opened the other's draft, and has its lock once that has its name."""
    (tmp_path / "a.backup.draft").write_bytes(b"whole")
    lock = fcntl.flock

    def ended_meanwhile(*words: Any) -> None:
        (tmp_path / "a.backup.draft").replace(tmp_path / "a.backup")
        lock(*words)

    monkeypatch.setattr("infra.backup_file.fcntl.flock", ended_meanwhile)
    with (
        pytest.raises(InvalidInput, match="written by another"),
        backup_file.draft(tmp_path / "a.backup"),
    ):
        pass
    assert (tmp_path / "a.backup").read_bytes() == b"whole"


def _lines(data: bytes) -> list[bytes]:
    return gzip.decompress(data).splitlines(keepends=True)


DAMAGES: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "cut short": (lambda data: data[:-30], "not whole|damaged"),
    "cut in its middle": (lambda data: data[: len(data) // 2], "not whole|damaged"),
    "a bit turned over": (
        lambda data: data[:500] + bytes([data[500] ^ 1]) + data[501:],
        "damaged|altered|not whole",
    ),
    "a row less": (lambda data: gzip.compress(b"".join(_without_a_row(data))), "altered"),
    "a value changed": (
        lambda data: gzip.compress(gzip.decompress(data).replace(b"plain", b"plane")),
        "altered",
    ),
    "no last line": (lambda data: gzip.compress(b"".join(_lines(data)[:-1])), "damaged"),
    "more behind it": (
        lambda data: gzip.compress(gzip.decompress(data) + b"[1]\n"),
        "altered",
    ),
    "no backup": (lambda data: b"PK\x03\x04 something else", "no backup"),
    "gzip of something else": (lambda data: gzip.compress(b'{"a": 1}\n'), "no backup"),
    "empty": (lambda data: b"", "no backup|not whole"),
    "a later format": (
        lambda data: gzip.compress(gzip.decompress(data).replace(b'"version":1', b'"version":2')),
        "version 2 of the format",
    ),
}


def _without_a_row(data: bytes) -> list[bytes]:
    lines = _lines(data)
    return [line for line in lines if line is not next(x for x in lines if x.startswith(b"["))]


async def test_what_is_no_whole_backup_is_refused_and_leaves_nothing(
    somewhere: Database, tmp_path: Path
) -> None:
    await whole_ledgers.fill(somewhere)
    await back_up(somewhere, tmp_path / "a.backup")
    data = (tmp_path / "a.backup").read_bytes()
    for name, (damage, said) in DAMAGES.items():
        (tmp_path / "bad.backup").write_bytes(damage(data))
        target = Database(f"sqlite:///{tmp_path / 'untouched.db'}")
        with pytest.raises(InvalidInput, match=said):
            await backups.restore(target, tmp_path / "bad.backup", parks=True)
        await target.close()
        assert not (tmp_path / "untouched.db").exists(), name


async def test_rows_that_the_database_does_not_take_leave_nothing(
    empty: Database, tmp_path: Path
) -> None:
    """Its checksum fits: somebody has written it so."""
    row = dict.fromkeys(bots.c.keys()) | {"id": 1}
    _write(tmp_path / "a.backup", [list(row.values())] * 2, columns=list(row))
    with pytest.raises(InvalidInput, match=r"bots: a row from \(1,\) to \(1,\) is not taken"):
        await backups.restore(empty, tmp_path / "a.backup", parks=True)
    with pytest.raises(LedgerUnavailable, match="no ledger yet"):
        await revision.check(empty)


def _write(
    file: Path,
    some: Sequence[Any],
    columns: Sequence[Any] = ("id", "held_until", "hold_reason"),
    **header: object,
) -> None:
    """A backup whose checksum fits, with these rows of bots."""
    ours = {"schema": revision.revisions()[-1], "made_at": "2026-01-01T00:00:00+00:00"}
    with file.open("wb") as stream:
        told = ours | {"database": "x", "bots": [], "numbers": {}} | header
        writer = backup_file.Writer(stream, told)
        writer.table("bots", columns)
        writer.add(some)
        writer.end()


BY_HAND: dict[str, dict[str, Any]] = {
    "a number beyond all": {"some": [[2**70, None, None]]},
    "a time beyond all": {"some": [[1, 10**30, None]]},
    "an object for a text": {"some": [[1, None, {"a": 1}]]},
    "a column twice": {"some": [[1, 1]], "columns": ["id", "id"]},
    "no moment": {"some": [], "made_at": 5},
    "a number of no table": {"some": [], "numbers": {"nothing": 1}},
}


async def test_what_somebody_wrote_by_hand_is_refused_in_a_line(
    somewhere: Database, tmp_path: Path
) -> None:
    for name, written in BY_HAND.items():
        _write(tmp_path / "a.backup", **written)
        restored = backups.restore(somewhere, tmp_path / "a.backup", parks=True)
        [told] = await asyncio.gather(restored, return_exceptions=True)
        assert isinstance(told, InvalidInput), (name, told)
    deep = b"[" * 200_000 + b"\n"
    (tmp_path / "a.backup").write_bytes(gzip.compress(deep))
    with pytest.raises(InvalidInput, match="no backup"):
        backups.examine(tmp_path / "a.backup")


async def test_a_full_disk_is_told_as_what_it_is(somewhere: Database, tmp_path: Path) -> None:
    with (
        Path("/dev/full").open("wb", buffering=0) as stream,
        pytest.raises(InvalidInput, match=r"FILE: cannot be written \(No space left"),
    ):
        await backups.back_up(somewhere, stream)
    _write(tmp_path / "a.backup", [[number, None, "x" * 9_999] for number in range(100)])
    async with somewhere.outside() as connection:
        pages = await connection.scalar(text("PRAGMA page_count"))
        await connection.exec_driver_sql(f"PRAGMA max_page_count = {pages + 2}")
    with pytest.raises(LedgerUnavailable, match="disk is full"):
        await backups.restore(somewhere, tmp_path / "a.backup", parks=True)


async def test_a_ledger_with_rows_is_not_written_over(
    fresh_database: Database, tmp_path: Path
) -> None:
    empty = fresh_database
    await back_up(empty, tmp_path / "a.backup")
    async with empty.writing() as connection:
        await connection.execute(insert(bots).values(id=1))
    with pytest.raises(TransitionRefused, match=r"not empty, there are rows in bots; stop"):
        await backups.restore(empty, tmp_path / "a.backup", parks=True)
    async with empty.reading() as connection:
        assert (await connection.scalars(select(bots.c.id))).all() == [1]


async def test_a_backup_of_an_older_schema_is_brought_to_that_of_the_code(
    sqlite_url: str, empty: Database, tmp_path: Path
) -> None:
    older = Database(sqlite_url)
    before = revision.revisions()[-2]
    async with schema.migrating(older) as connection:
        await connection.run_sync(lambda sync: schema.upgrade(sync, before))
        await connection.execute(insert(bots).values(id=1, hold_reason="held"))
    made = await back_up(older, tmp_path / "a.backup")
    await older.close()
    assert made.schema == before
    assert "accounts" not in made.rows
    await backups.restore(empty, tmp_path / "a.backup", parks=True)
    await revision.check(empty)
    async with empty.reading() as connection:
        [row] = (await connection.execute(select(bots.c.id, bots.c.hold_reason))).all()
    assert tuple(row) == (1, "held")


async def test_a_backup_of_a_schema_unknown_here_is_refused(
    somewhere: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await back_up(somewhere, tmp_path / "a.backup")
    known = revision.revisions()
    monkeypatch.setattr("infra.db.restoring.revisions", lambda: known[:-1])
    with pytest.raises(InvalidInput, match=f"has schema {known[-1]}, which this code does not"):
        await backups.restore(somewhere, tmp_path / "a.backup", parks=True)


async def test_a_ledger_that_stands_still_is_not_backed_up(
    fresh_database: Database, tmp_path: Path
) -> None:
    async with fresh_database.writing() as connection:
        await stop(connection, Standstill.MOVED, other="postgresql://elsewhere/x")
    with pytest.raises(LedgerUnavailable, match="has moved to postgresql://elsewhere/x; set DAT"):
        await back_up(fresh_database, tmp_path / "a.backup")
    for refused in (revision.check(fresh_database), schema.migrate(fresh_database)):
        with pytest.raises(LedgerUnavailable, match="has moved to postgresql://elsewhere/x"):
            await refused


def _an_account(number: int) -> dict[str, object]:
    return {"id": number, "bot_id": 1, "name": f"n{number}", "created_at": whole_ledgers.AT}


async def _message_and_attempt(bench: Bench, number: int) -> None:
    row = next(whole_ledgers.rows(messages, 9)) | {"id": number + 1, "key": str(number)}
    row |= {"series_id": None, "broadcast_id": 0}
    moment = whole_ledgers.AT
    tried = {"message_id": number + 1, "number": 1, "started_at": moment, "ended_at": moment}
    async with bench.database.writing() as connection:
        await connection.execute(insert(messages).values(**row))
        await connection.execute(insert(attempts).values(**tried, outcome="sent"))


async def _write_on(bench: Bench) -> None:
    other = Bench(beside(bench.database))
    try:
        for number in range(10, 100_000):
            await _message_and_attempt(other, number)
    finally:
        await other.database.close()
