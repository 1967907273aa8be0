"""What owners are to be told, as the ledger keeps it, on both databases."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime

import pytest
from sqlalchemy import func, select, update

from core.alert import Alert, AlertKind, is_for
from core.broadcast import key_of
from core.channel import Facts
from core.channel_rights import Right
from core.health import Health, HealthState, Part
from core.message import Content, OnUncertain
from core.outcome import Rejected, Sent, Uncertain
from core.person import Person, Role
from infra.db import concerns
from infra.db.alerts import KEPT_S, SETTLED_S, Alerts
from infra.db.bot_tables import alert_marks, alert_messages, alerts
from infra.db.channels import Channels
from infra.db.engine import Database
from infra.db.health import HealthBook
from infra.db.moments import plus
from infra.db.tables import messages
from tests.integration.broadcast_bench import BroadcastBench
from tests.integration.conftest import BOT, Bench, beside, request

ADA, GRACE = 501, 502
NEWS = Facts("-1001", "channel", "News", None, None)


@pytest.fixture
async def book(database: Database) -> Alerts:
    """It has looked once: what happens from now on counts."""
    made = Alerts(database, BOT)
    await made.notice()
    return made


@pytest.fixture
def campaign(database: Database) -> BroadcastBench:
    return BroadcastBench(database)


async def fails(bench: Bench, key: str = "k", text: str = "hello") -> int:
    content = Content("sendMessage", {"text": text})
    chat = f"{key}-chat"
    number = await bench.schedule(key, chat, content=content, on_uncertain=OnUncertain.PARK)
    await _end(bench, Rejected("blocked", "Forbidden: bot was kicked"))
    return number


async def _end(bench: Bench, outcome: Rejected | Uncertain) -> None:
    [claim] = await bench.claim()
    await bench.end(await bench.mark(claim), outcome)


async def pass_s(database: Database, seconds: float) -> None:
    """Every moment that alerts look at moves back."""
    moved = {
        alerts: ("raised_at", "told_at", "ended_at"),
        alert_marks: ("ended_until",),
        messages: ("ended_at",),
    }
    async with database.writing() as connection:
        for table, names in moved.items():
            values = {name: plus(table.c[name], -seconds) for name in names}
            await connection.execute(update(table).values(**values))


async def tell(book: Alerts, told: Sequence[Alert], user_id: int = ADA, number: int = 7) -> None:
    claimed = await book.claim(user_id, [alert.id for alert in told])
    await book.note(user_id, claimed[0], number)
    await book.done(claimed)


async def health(database: Database, **states: HealthState) -> None:
    parts = tuple(Part(name, state, f"{name} is {state}") for name, state in states.items())
    await HealthBook(database, BOT).record(Health(parts, datetime.now(UTC), 1))


def subjects(found: Sequence[Alert]) -> list[tuple[str, str, bool]]:
    """Kind, what it is about, and whether it tells of an end."""
    return [(alert.kind.value, alert.subject, alert.ends is not None) for alert in found]


async def test_what_failed_before_anybody_looked_is_no_news(
    bench: Bench, database: Database
) -> None:
    await fails(bench, "old")
    await pass_s(database, 2 * concerns.OVERLAP.total_seconds())
    await fails(bench, "just now")
    book = Alerts(database, BOT)
    await book.notice()
    assert await book.untold() == []
    new = await fails(bench, "new", "Good\n\nmorning " + "x" * 100)
    await book.notice()
    *_, alert = found = await book.untold()
    assert (alert.kind, alert.message_id) == (AlertKind.FAILED, new)
    assert "old-chat" not in [each.facts["chat"] for each in found]
    assert alert.facts["head"] == ("Good morning " + "x" * 100)[: concerns.HEAD]
    assert alert.facts["reason"] == "Forbidden: bot was kicked"
    assert await Alerts(database, BOT + 1).untold() == []


async def test_two_that_look_at_once_raise_a_thing_once_and_one_of_them_may_tell_it(
    bench: Bench, database: Database, book: Alerts
) -> None:
    await fails(bench, "a")
    await fails(bench, "b")
    second = beside(database)
    other = Alerts(second, BOT)
    await asyncio.gather(book.notice(), other.notice(), book.notice())
    ids = [alert.id for alert in await book.untold()]
    assert len(ids) == 2
    claimed = await asyncio.gather(book.claim(ADA, ids), other.claim(ADA, ids))
    assert sorted(claimed) == [[], ids]
    assert await other.claim(GRACE, ids) == ids  # each owner is told
    await second.close()


async def test_one_that_ended_in_a_slow_transaction_is_seen_still_and_only_once(
    bench: Bench, database: Database, book: Alerts
) -> None:
    await fails(bench, "first")
    await book.notice()
    await tell(book, await book.untold())
    await fails(bench, "slow")
    async with database.writing() as connection:
        late = -0.9 * concerns.OVERLAP.total_seconds()
        slow = update(messages).where(messages.c.key == "slow")
        await connection.execute(slow.values(ended_at=plus(messages.c.ended_at, late)))
    await book.notice()
    found = await book.untold()
    assert [alert.facts["chat"] for alert in found] == ["slow-chat"]
    await tell(book, found)
    for seconds in (0.0, SETTLED_S, 1.0):
        await pass_s(database, seconds)
        await book.notice()
        assert await book.untold() == []


async def test_more_than_is_looked_at_in_one_go_is_seen_by_and_by(
    bench: Bench, book: Alerts, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(concerns, "MESSAGES", 3)
    for number in range(3):
        await fails(bench, f"{number}")
    await book.notice()
    assert len(await book.untold()) == 3
    for number in range(3, 5):
        await fails(bench, f"{number}")
    await pass_s(bench.database, 1.5 * concerns.OVERLAP.total_seconds())
    for number in range(5, 7):
        await fails(bench, f"{number}")
    await book.notice()
    await book.notice()
    assert len({alert.message_id for alert in await book.untold()}) == 7


async def test_what_is_tried_again_is_no_news_any_more_until_it_fails_again(
    bench: Bench, book: Alerts
) -> None:
    number = await fails(bench)
    await book.notice()
    await bench.ledger.desk.retry(number)
    assert await book.untold() == []
    await _end(bench, Uncertain("timeout"))
    await book.notice()
    await book.notice()
    assert subjects(await book.untold()) == [("uncertain", f"{number}:2", False)]
    await bench.ledger.desk.settle_sent(number)
    assert await book.untold() == []


async def test_of_a_broadcast_no_message_is_an_alarm(bench: Bench, book: Alerts) -> None:
    await bench.ledger.intake.schedule_broadcast(request("all", ""), ["1"])
    await _end(bench, Rejected("blocked", "", chat_gone=True))
    await book.notice()
    assert await book.untold() == []


async def test_what_was_not_sent_may_be_told_again_and_what_was_may_not(
    bench: Bench, book: Alerts
) -> None:
    for key in "ab":
        await fails(bench, key)
    await book.notice()
    found = await book.untold()
    first, second = (alert.id for alert in found)
    assert await book.claim(ADA, [first, second]) == [first, second]
    assert await book.told_to([first]) == {(first, ADA): None}
    await book.give_back(ADA, first)
    assert await book.told_to([first, second]) == {}
    assert await book.claim(ADA, [first, second]) == [first, second]
    await book.note(ADA, first, 70)
    await book.give_back(ADA, first)
    assert await book.told_to([first, second]) == {(first, ADA): 70, (second, ADA): 70}
    assert await book.claim(ADA, [second]) == []
    assert await book.told_in(ADA, first) == found
    assert await book.told_in(GRACE, first) == []


async def test_rights_are_told_when_they_get_worse_and_once_when_they_are_back(
    database: Database, book: Alerts
) -> None:
    channels = Channels(database, BOT)
    channel = (await channels.add(NEWS)).id
    rights: list[list[Right]] = [[], [Right.PIN], [Right.PIN, Right.POST], [Right.POST]]
    told = []
    for lacks in rights:
        await channels.note_rights(channel, lacks)
        await book.notice()
        told.append([alert.facts["lost"] for alert in await book.untold()])
    # One that a worse one replaces is not told beside it.
    assert told == [[], [["pin"]], [["pin", "post"]], [["pin", "post"]]]
    [alert] = await book.untold()
    await tell(book, [alert])
    await channels.note_rights(channel, [])
    await asyncio.gather(book.notice(), book.notice())
    [over] = await book.untold()
    assert (over.ends, over.subject, over.facts["title"]) == (alert.id, str(channel), "News")
    await tell(book, [over])
    await channels.note_trouble(channel, "Forbidden: bot was kicked")
    await book.notice()
    [again] = await book.untold()
    assert (again.ends, again.facts["trouble"]) == (None, "Forbidden: bot was kicked")
    await channels.remove(channel)  # and nobody has heard of it
    await book.notice()
    assert await book.untold() == []


async def test_a_part_is_well_again_only_once_it_is_healthy(
    database: Database, book: Alerts
) -> None:
    ill, hidden, well = HealthState.UNHEALTHY, HealthState.DEGRADED, HealthState.HEALTHY
    for state, untold in (
        (hidden, []),
        (ill, [("health", "workers", False)]),
        (hidden, []),
        (well, [("health", "workers", True)]),
        (well, []),
    ):
        await health(database, workers=state)
        await book.notice()
        found = await book.untold()
        assert subjects(found) == untold, state
        if found:
            await tell(book, found)


async def test_what_was_over_a_month_ago_is_forgotten_with_whom_it_was_told(
    database: Database, bench: Bench, book: Alerts
) -> None:
    await fails(bench)
    await health(database, workers=HealthState.UNHEALTHY)
    await book.notice()
    await tell(book, await book.untold())
    await pass_s(database, SETTLED_S + 1)
    await book.notice()  # what was told of a message has ended by that
    await pass_s(database, KEPT_S - 60)
    await book.forget()
    assert await _counted(database) == [2, 2]
    await pass_s(database, 61)
    await book.forget()
    assert await _counted(database) == [1, 1]  # that of the workers stands


async def _counted(database: Database) -> list[int | None]:
    async with database.reading() as connection:
        return [
            await connection.scalar(select(func.count()).select_from(table))
            for table in (alerts, alert_messages)
        ]


async def test_a_broadcast_that_pauses_itself_is_told_each_time_and_its_end_is_not(
    campaign: BroadcastBench, book: Alerts
) -> None:
    made = await campaign.running(3, key_of(GRACE, 7), errors_in_a_row=1, name="News")
    refused = Rejected("no rights", "Bad Request: not enough rights")
    await campaign.deliver(refused)
    beside_it = Alerts(campaign.database, BOT)
    await asyncio.gather(book.notice(), beside_it.notice())  # nobody has looked before
    [alert] = await book.untold()
    facts = [alert.facts[name] for name in ("broadcast", "name", "failed", "pending", "total")]
    assert (alert.kind, alert.made_by, facts) == (
        AlertKind.BROADCAST,
        GRACE,
        [made, "News", 1, 2, 3],
    )
    assert "no rights" in alert.facts["why"]
    await tell(book, [alert])
    await campaign.ledger.broadcasts.resume(made)
    await campaign.deliver(refused)  # before anybody looked
    await book.notice()
    [again] = await book.untold()
    assert (again.kind, again.ends, again.facts["failed"]) == (AlertKind.BROADCAST, None, 2)
    await tell(book, [again])
    await campaign.ledger.broadcasts.resume(made)
    await book.notice()
    assert await book.untold() == []
    await campaign.ledger.broadcasts.pause(made)  # by a person
    await book.notice()
    assert await book.untold() == []


async def test_that_a_broadcast_is_completed_is_told_once_unless_it_runs_again(
    campaign: BroadcastBench, book: Alerts
) -> None:
    for key in (key_of(GRACE, 8), "of nobody"):
        made = await campaign.running(2, key)
        await campaign.put(made, built_at=datetime.now(UTC))
        await campaign.deliver(Rejected("no rights", "not enough rights"), Sent((1,)))
    assert len(await campaign.ledger.broadcast_ends.complete()) == 2
    await book.notice()
    [alert] = await book.untold()
    counted = [alert.facts[name] for name in ("sent", "failed", "total")]
    assert (alert.kind, alert.made_by, counted) == (AlertKind.COMPLETED, GRACE, [1, 1, 2])
    number = alert.facts["broadcast"]
    assert [each async for each in campaign.ledger.broadcast_retry.slices(number)] == [1]
    assert await book.untold() == []  # it runs again
    await campaign.deliver(Sent((2,)))
    await campaign.ledger.broadcast_ends.complete()
    await book.notice()
    [alert] = await book.untold()
    assert alert.facts["sent"] == 2
    await tell(book, [alert])
    await book.notice()
    assert await book.untold() == []


def test_of_a_broadcast_hear_owners_and_whoever_made_it() -> None:
    hear = {
        (person.user_id, kind.value): is_for(person, kind, GRACE)
        for person in (member(ADA, Role.OWNER), member(GRACE, Role.EDITOR), member(3, Role.EDITOR))
        for kind in (AlertKind.BROADCAST, AlertKind.COMPLETED)
    }
    assert [whom for whom, hears in hear.items() if hears] == [
        (ADA, "broadcast"),
        (GRACE, "broadcast"),
        (GRACE, "completed"),
    ]
    assert not is_for(member(GRACE, Role.VIEWER), AlertKind.BROADCAST, GRACE)
    assert not is_for(member(3, Role.EDITOR), AlertKind.BROADCAST, 0)


def member(user_id: int, role: Role) -> Person:
    now = datetime.now(UTC)
    return Person(user_id, role, "", "", "", "en", "", None, alerts=True, joined_at=now)
