"""Recurring messages: their occurrences stand in the queue once each, whoever writes them."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select, update

from core.errors import InvalidInput, KeyConflict, NotFound, TransitionRefused
from core.message import Content
from core.recurrence import Recurrence, _last
from core.recurring_message import MISSED_AFTER_S, Missed, RecurringMessage, SeriesState
from infra.db.engine import Database
from infra.db.occurrences import SERIES_AHEAD_S, Written
from infra.db.series import Series
from infra.db.tables import messages, series
from tests.integration.conftest import BOT, TEXT, Bench, beside, request

DAY_S = 86_400
QUARTERS = "FREQ=MINUTELY;INTERVAL=15"
m, s = messages.c, series.c


def repeat(rule: str = QUARTERS, zone: str = "UTC", days: int = 0) -> Recurrence:
    """From this minute on, or from so many days ago."""
    wall = datetime.now(ZoneInfo(zone)).replace(tzinfo=None, second=0, microsecond=0)
    return Recurrence(rule, zone, wall - timedelta(days=days))


async def made(
    bench: Bench,
    rule: str | Recurrence = QUARTERS,
    missed: Missed = Missed.SEND,
    key: str = "k",
    **changes: Any,
) -> RecurringMessage:
    asked = repeat(rule) if isinstance(rule, str) else rule
    done = await bench.ledger.series.create(request(key, **changes), asked, missed)
    assert done.created
    return done.series


async def rows(bench: Bench, *states: str) -> list[Any]:
    """The occurrences' messages, by time."""
    query = select(messages).where(m.series_id.is_not(None)).order_by(m.wanted_at, m.id)
    if states:
        query = query.where(m.state.in_(states))
    async with bench.database.reading() as connection:
        return list(await connection.execute(query))


async def stood_still(bench: Bench, key: str, recurrence: Recurrence, seconds: float) -> datetime:
    """Nothing has run for so long: the first occurrence since then is yet to be written."""
    first = recurrence.next_after(datetime.now(UTC) - timedelta(seconds=seconds))
    async with bench.database.writing() as connection:
        await connection.execute(update(series).where(s.key == key).values(next_at=first))
    assert first is not None
    return first


async def write_all(bench: Bench, within_s: float = SERIES_AHEAD_S, limit: int = 100) -> Written:
    """Slice by slice, until nothing is left."""
    written, skipped = 0, 0
    while (done := await bench.ledger.series.materialise(within_s, limit)).looked:
        assert done.written + sum(done.skipped.values()) <= limit
        written += done.written
        skipped += sum(done.skipped.values())
    return Written(0, written, {1: skipped})


def between(recurrence: Recurrence, after: datetime, until: datetime) -> Iterator[datetime]:
    following = recurrence.next_after(after)
    while following is not None and following <= until:
        yield following
        following = recurrence.next_after(following)


async def test_the_occurrences_of_an_hour_stand_in_the_queue_once(bench: Bench) -> None:
    recurrence = repeat()
    made_series = await made(bench, recurrence, chat_id="42")
    began = datetime.now(UTC)
    assert await bench.ledger.claims.is_busy(0)
    assert (await bench.ledger.series.materialise(SERIES_AHEAD_S, 100)).written == 4
    assert (await bench.ledger.series.materialise(SERIES_AHEAD_S, 100)).looked == 0
    assert not await bench.ledger.claims.is_busy(0)
    expected = recurrence.upcoming(began, 5)
    found = await rows(bench)
    assert [row.occurrence_at for row in found] == expected[:4]
    assert {(row.state, row.chat_id, row.broadcast_id) for row in found} == {("scheduled", "42", 0)}
    assert all(row.due_at == row.wanted_at == row.turn_at == row.occurrence_at for row in found)
    assert (await bench.ledger.series.get(made_series.id)).next_at == expected[4]
    # Each is a message like any other.
    [claim, *_] = await bench.claim(ahead_s=SERIES_AHEAD_S)
    assert (await bench.mark(claim)).content == TEXT
    [*_, last] = await bench.ledger.series.messages(made_series.id)
    assert last.id == claim.id
    assert last.key == f"series:{made_series.id}:{claim.due_at:%Y-%m-%dT%H:%MZ}"


async def test_the_same_key_is_the_same_series_and_nothing_else(bench: Bench) -> None:
    for never in (
        repeat("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30"),
        repeat("FREQ=DAILY;COUNT=2", days=30),
    ):
        with pytest.raises(InvalidInput, match=r"does not occur|no occurrence to come"):
            await made(bench, never)
    assert await bench.ledger.series.newest() == []
    first = await made(bench)
    again = await bench.ledger.series.create(request(), repeat(), Missed.SEND)
    assert (again.created, again.series) == (False, first)
    others: list[tuple[Any, Recurrence, Missed]] = [
        (request(content=Content("sendMessage", {"text": "other"})), repeat(), Missed.SEND),
        (request(), repeat("FREQ=DAILY"), Missed.SEND),
        (request(), repeat(zone="Asia/Tashkent"), Missed.SEND),
        (request(), repeat(), Missed.SKIP),
    ]
    for other in others:
        with pytest.raises(KeyConflict, match="another recurring message"):
            await bench.ledger.series.create(*other)


async def test_several_who_write_at_once_double_nothing_and_leave_out_nothing(
    bench: Bench,
) -> None:
    others = [beside(bench.database) for _ in range(2)]
    writers = [Series(database, BOT) for database in (bench.database, *others)]
    recurrences = [repeat(f"FREQ=MINUTELY;INTERVAL={n}") for n in range(7, 15)]
    for number, recurrence in enumerate(recurrences):
        await made(bench, recurrence, key=str(number))

    async def write(writer: Series) -> None:
        while (await writer.materialise(SERIES_AHEAD_S, 5)).looked:
            pass

    began = datetime.now(UTC)
    await asyncio.gather(*map(write, writers))
    # What another held was passed over: it is there for whoever comes next.
    await write_all(bench)
    for other in others:
        await other.close()
    until = began + timedelta(seconds=SERIES_AHEAD_S)
    expected = sorted(at for each in recurrences for at in between(each, began, until))
    assert [row.occurrence_at for row in await rows(bench)] == expected
    # Nor does one who writes them again.
    await stood_still(bench, "0", recurrences[0], 0)
    assert (await write_all(bench)).written == 0
    assert [row.occurrence_at for row in await rows(bench)] == expected


async def test_what_a_standstill_of_three_days_missed_is_sent_late_or_left_out(
    bench: Bench,
) -> None:
    recurrence = repeat("FREQ=MINUTELY;INTERVAL=20", days=4)
    late = await made(bench, recurrence, Missed.SEND, key="late")
    never = await made(bench, recurrence, Missed.SKIP, key="never")
    for each in (late, never):
        first = await stood_still(bench, each.key, recurrence, 3 * DAY_S)
    now = datetime.now(UTC)
    done = await write_all(bench, limit=50)
    sent = [row for row in await rows(bench) if row.series_id == late.id]
    kept = [row for row in await rows(bench) if row.series_id == never.id]
    before = first - timedelta(seconds=1)
    assert [row.occurrence_at for row in sent] == recurrence.upcoming(before, 3 * 72 + 3)
    assert all(row.expires_at is None for row in sent)
    too_late = now - timedelta(seconds=MISSED_AFTER_S)
    assert [row.occurrence_at for row in kept] == [
        row.occurrence_at for row in sent if row.occurrence_at >= too_late
    ]
    # Not a moment later than that, should all workers stand still once more.
    assert {row.expires_at - row.occurrence_at for row in kept} == {now - too_late}
    counted = (await bench.ledger.series.get(never.id)).skipped
    assert counted == sum(done.skipped.values()) == len(sent) - len(kept)


async def test_days_on_which_clocks_change_count_like_others_until_the_rule_has_ended(
    bench: Bench,
) -> None:
    recurrence = repeat("FREQ=DAILY;BYHOUR=2;BYMINUTE=30;COUNT=400", "Europe/Berlin")
    made_series = await made(bench, recurrence)
    await write_all(bench, within_s=401 * DAY_S, limit=1000)
    shown = [row.occurrence_at.astimezone(recurrence.zone) for row in await rows(bench)]
    assert len({each.date() for each in shown}) == len(shown) == 400
    # Once or twice in that time 02:30 is left out by the clocks, and sent at 03:30.
    assert {f"{each:%H:%M}" for each in shown} == {"02:30", "03:30"}
    found = await bench.ledger.series.get(made_series.id)
    assert (found.state, found.next_at) == (SeriesState.ENDED, None)
    with pytest.raises(TransitionRefused, match="is ended"):
        await bench.ledger.series.pause(made_series.id)
    await bench.ledger.series.cancel(made_series.id)
    assert await rows(bench, "scheduled") == []


async def test_what_is_cancelled_leaves_no_more(bench: Bench) -> None:
    made_series = await made(bench)
    await write_all(bench)
    [gone, held, *_] = await bench.claim(ahead_s=SERIES_AHEAD_S)
    await bench.mark(gone)
    await bench.ledger.series.cancel(made_series.id)
    assert (await write_all(bench)).written == 0
    assert [row.id for row in await rows(bench, "sending")] == [gone.id]
    assert {row.reason for row in await rows(bench, "cancelled")} == {"series cancelled"}
    assert await bench.ledger.mark_sending(held) is None
    for move in (bench.ledger.series.cancel, bench.ledger.series.resume):
        with pytest.raises(TransitionRefused, match="is cancelled; this can be done only to"):
            await move(made_series.id)


async def test_a_pause_leaves_out_what_falls_into_it_and_nothing_else(bench: Bench) -> None:
    recurrence = repeat()
    made_series = await made(bench, recurrence)
    await write_all(bench)
    by_hand = (await rows(bench))[1]
    await bench.ledger.desk.cancel(by_hand.id)
    await bench.ledger.series.pause(made_series.id)
    assert not await bench.ledger.claims.is_busy(0)
    assert len(await rows(bench, "cancelled")) == 4
    await bench.ledger.series.resume(made_series.id)
    began = datetime.now(UTC)
    await write_all(bench)
    # All but the one that a person has cancelled by itself.
    waiting = [row.occurrence_at for row in await rows(bench, "scheduled")]
    expected = recurrence.upcoming(began, 4)
    assert waiting == [at for at in expected if at != by_hand.occurrence_at]
    assert len(await rows(bench, "cancelled")) == 4


async def test_neither_a_rule_that_cannot_be_read_nor_another_bot_is_in_the_way(
    bench: Bench, database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    bad, good = await made(bench, key="bad"), await made(bench, key="good")
    worse = await made(bench, key="worse")
    other = Bench(database, BOT + 1)
    assert not await other.ledger.claims.is_busy(0)
    theirs = await made(other)
    assert (await write_all(other)).written == 4
    assert {row.series_id for row in await rows(bench)} == {theirs.id}
    assert await other.ledger.series.newest() == [await other.ledger.series.get(theirs.id)]
    for move in (other.ledger.series.get, other.ledger.series.cancel):
        with pytest.raises(NotFound, match="no series"):
            await move(good.id)
    async with bench.database.writing() as connection:
        await connection.execute(update(series).where(s.id == bad.id).values(zone="Mars/Base"))
        await connection.execute(update(series).where(s.id == worse.id).values(starts="soon"))
    done = await bench.ledger.series.materialise(SERIES_AHEAD_S, 100)
    assert "'Mars/Base' is not a time zone" in done.unreadable[bad.id]
    assert {row.series_id for row in await rows(bench)} == {good.id, theirs.id}
    assert (await bench.ledger.series.get(bad.id)).state is SeriesState.PAUSED
    # What nobody has foreseen neither: it is told with its trace.
    assert done.unreadable[worse.id].startswith("ValueError: ")
    [record] = [each for each in caplog.records if each.exc_info]
    assert record.getMessage() == f"series {worse.id}: {QUARTERS}"


async def test_a_count_is_counted_as_the_series_is_made_and_never_again(bench: Bench) -> None:
    counted = repeat("FREQ=DAILY;COUNT=1000", "Europe/Berlin")
    many = [await made(bench, counted, key=str(n)) for n in range(3)]
    assert {each.rule for each in many} == {"FREQ=DAILY;COUNT=1000"}
    await bench.ledger.series.pause(many[0].id)
    _last.cache_clear()  # as in a process that has just started
    await write_all(bench)
    await bench.ledger.series.resume(many[0].id)
    assert _last.cache_info().misses == 0
    found = await bench.ledger.series.get(many[0].id)
    assert (found.rule, found.next_at) == (counted.rule, counted.next_after(datetime.now(UTC)))


async def test_one_that_another_has_moved_on_meanwhile_is_left_to_it(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    made_series = await made(bench)
    reckoned = asyncio.to_thread

    async def pause_and_reckon(*args: Any) -> Any:
        await bench.ledger.series.pause(made_series.id)
        return await reckoned(*args)

    monkeypatch.setattr(asyncio, "to_thread", pause_and_reckon)
    assert (await bench.ledger.series.materialise(SERIES_AHEAD_S, 100)).looked == 0
    assert await rows(bench) == []
    assert (await bench.ledger.series.get(made_series.id)).state is SeriesState.PAUSED
