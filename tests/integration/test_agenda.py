"""What is to come and what was sent, on either database; times of recurrences left out."""

from datetime import datetime, timedelta

import pytest

from core.errors import NotFound, TransitionRefused
from core.message import Content, State
from core.outcome import Sent
from core.recurrence import Recurrence
from core.recurring_message import Missed, SeriesState
from infra.db.afterwards import DELETED, Afterwards
from infra.db.agenda import Agenda
from infra.db.skipping import Skipping
from tests.integration.conftest import BOT, Bench, request, soon


async def every_day(bench: Bench, in_hours: float, rule: str = "FREQ=DAILY") -> int:
    starts = soon(3600 * in_hours).replace(tzinfo=None, second=0, microsecond=0)
    repeat = Recurrence(rule, "UTC", starts)
    made = await bench.ledger.series.create(request("daily", "5"), repeat, Missed.SEND)
    return made.series.id


async def test_messages_and_recurrences_come_in_the_order_of_their_times(bench: Bench) -> None:
    agenda = Agenda(bench.database, BOT)
    last = await bench.schedule("last", "1", due_at=soon(9 * 3600))
    first = await bench.schedule("first", "5", due_at=soon(3600))
    series = await every_day(bench, 3)
    await bench.ledger.intake.schedule_broadcast(request("many", ""), ["8", "9"])
    entries = await agenda.coming()
    ids = [entry.message.id if entry.message else 0 for entry in entries]
    assert ids == [first, 0, last]
    assert [entry.series.id for entry in entries if entry.series] == [series]
    assert all(isinstance(entry.at, datetime) for entry in entries)
    assert await agenda.counts() == {"5": 2, "1": 1}
    assert [entry.chat_id for entry in await agenda.coming(["5"])] == ["5", "5"]
    assert [each.at for each in await agenda.coming(offset=1, limit=1)] == [entries[1].at]
    assert (await agenda.message(first)).at == entries[0].at
    assert (await agenda.occurrence(series)).at == entries[1].at
    for missing in (agenda.message(999), agenda.occurrence(999)):
        with pytest.raises(NotFound):
            await missing


async def test_a_time_that_has_no_message_yet_is_left_out(bench: Bench) -> None:
    series_id = await every_day(bench, 30, "FREQ=DAILY;COUNT=2")
    skipping, series = Skipping(bench.database, BOT), bench.ledger.series
    first = (await series.get(series_id)).next_at
    assert first is not None
    await skipping.skip(series_id, first)
    second = (await series.get(series_id)).next_at
    assert second == first + timedelta(days=1)
    with pytest.raises(TransitionRefused):
        await skipping.skip(series_id, first)
    await skipping.skip(series_id, second)
    assert (await series.get(series_id)).state is SeriesState.ENDED


async def test_a_time_that_has_its_message_is_left_out_until_it_is_on_its_way(
    bench: Bench,
) -> None:
    series_id = await every_day(bench, 0.5)
    skipping, series = Skipping(bench.database, BOT), bench.ledger.series
    at = (await series.get(series_id)).next_at
    assert at is not None
    await series.materialise(3600.0, 10)
    await skipping.skip(series_id, at)
    await series.materialise(3600.0, 10)
    [message] = await series.messages(series_id)
    assert message.state is State.CANCELLED
    with pytest.raises(TransitionRefused):
        await skipping.skip(series_id, at)


async def test_what_became_of_a_sent_post_is_remembered(bench: Bench) -> None:
    agenda, afterwards = Agenda(bench.database, BOT), Afterwards(bench.database, BOT)
    message_id = await bench.schedule()
    with pytest.raises(NotFound):
        await afterwards.note_deleted(message_id)
    [claim] = await bench.claim()
    await bench.end(await bench.mark(claim), Sent((77,)))
    await afterwards.note_edited(message_id, Content("sendMessage", {"text": "better"}))
    await afterwards.note_deleted(message_id)
    [sent] = await agenda.sent()
    assert (sent.content.params["text"], sent.reason) == ("better", DELETED)
    assert sent.state is State.SENT
    assert await agenda.sent(offset=1) == []
