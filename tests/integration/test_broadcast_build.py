"""An audience becomes rows: each of its people once, wherever the writing was broken off."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from sqlalchemy import insert

from core.audience import Audience
from core.broadcast import Tally
from core.message import Content, OnUncertain, Request
from core.personal_content import MOST_COLUMNS, check_template, columns_of, personal_fields
from infra.db.audience_tables import list_members
from infra.db.broadcast_build import BroadcastBuild, Slice
from infra.db.engine import Database
from infra.db.lists import Lists
from tests.integration.broadcast_bench import EVERYBODY, BroadcastBench, subscribe
from tests.integration.conftest import BOT, beside

PEOPLE = [-1001234567890, -5, 3, 20, 100, 101, 7_000_000_000]


@pytest.fixture
async def bench(database: Database) -> BroadcastBench:
    made = BroadcastBench(database)
    made.ledger.broadcast_build._size = 3
    await subscribe(database, PEOPLE)
    return made


@pytest.fixture
async def other(bench: BroadcastBench) -> AsyncIterator[BroadcastBuild]:
    """Another process's builder."""
    database = beside(bench.database)
    made = BroadcastBuild(database, BOT)
    made._size = 3
    yield made
    await database.close()


async def chats(bench: BroadcastBench, broadcast_id: int) -> list[int]:
    return [int(row.chat_id) for row in await bench.rows(broadcast_id)]


async def test_each_of_the_audience_gets_a_row_in_order_and_once(bench: BroadcastBench) -> None:
    broadcast_id = await bench.draft(audience=EVERYBODY)
    build = bench.ledger.broadcast_build
    done = [each async for each in build.audience(broadcast_id)]
    assert done == [Slice(3, 3), Slice(3, 3), Slice(1, 1)]
    assert await chats(bench, broadcast_id) == PEOPLE
    found = await bench.get(broadcast_id)
    assert (found.built, found.tally) == (True, Tally(len(PEOPLE)))
    assert [each async for each in build.audience(broadcast_id)] == []


async def test_a_filter_and_who_is_not_reached_are_left_out(bench: BroadcastBench) -> None:
    await subscribe(bench.database, [200], language_code="uz")
    stopped = {"stopped_at": await bench.database.now()}
    await subscribe(bench.database, [201], language_code="uz", **stopped)
    broadcast_id = await bench.draft(audience=Audience(languages=("uz",)))
    _ = [each async for each in bench.ledger.broadcast_build.audience(broadcast_id)]
    assert await chats(bench, broadcast_id) == [200]


async def test_broken_off_it_is_gone_on_with_by_others_and_gives_the_same_rows(
    bench: BroadcastBench, other: BroadcastBuild
) -> None:
    broadcast_id = await bench.draft(audience=EVERYBODY)
    slices = bench.ledger.broadcast_build.audience(broadcast_id)
    await anext(slices)
    await slices.aclose()
    assert await other.abandoned() == [], "who writes them may still be at it"
    assert not await bench.ledger.claims.is_busy(0)
    await bench.pass_s(11)
    assert await bench.ledger.claims.is_busy(0)
    assert await other.abandoned() == [broadcast_id]
    while await other.build(broadcast_id) is not None:
        pass
    assert await chats(bench, broadcast_id) == PEOPLE
    assert await other.abandoned() == []


async def test_two_that_write_at_once_do_no_harm(
    bench: BroadcastBench, other: BroadcastBuild
) -> None:
    broadcast_id = await bench.draft(audience=EVERYBODY)

    async def write(build: BroadcastBuild) -> int:
        return sum([each.created async for each in build.audience(broadcast_id)])

    created = await asyncio.gather(write(bench.ledger.broadcast_build), write(other))
    assert sum(created) == len(PEOPLE)
    assert sorted(await chats(bench, broadcast_id)) == PEOPLE
    assert (await bench.tally(broadcast_id)).total == len(PEOPLE)


async def test_it_may_be_sent_while_it_is_written_and_is_not_completed_before(
    bench: BroadcastBench,
) -> None:
    broadcast_id, ends = await bench.running(audience=EVERYBODY), bench.ledger.broadcast_ends
    async for _ in bench.ledger.broadcast_build.audience(broadcast_id):
        await bench.deliver_all()
        built = (await bench.get(broadcast_id)).built
        assert await ends.complete() == ([broadcast_id] if built else [])
    assert await bench.tally(broadcast_id) == Tally(len(PEOPLE), sent=len(PEOPLE))


async def test_another_list_for_it_does_not_let_it_end_before_its_own_is_done(
    bench: BroadcastBench, other: BroadcastBuild
) -> None:
    broadcast_id, ends = await bench.running(), bench.ledger.broadcast_ends
    longer = bench.ledger.broadcast_build.chats(broadcast_id, [str(n) for n in range(1, 8)])
    await anext(longer)
    _ = [each async for each in other.chats(broadcast_id, ["1", "2"])]
    await anext(longer)
    await longer.aclose()
    await bench.deliver_all()
    assert await ends.complete() == []
    assert await bench.add(broadcast_id, range(1, 8)) == 1
    await bench.deliver_all()
    assert await ends.complete() == [broadcast_id]


async def test_cancelled_it_is_written_no_further(bench: BroadcastBench) -> None:
    broadcast_id = await bench.draft(audience=EVERYBODY)
    slices = bench.ledger.broadcast_build.audience(broadcast_id)
    await anext(slices)
    await bench.ledger.broadcasts.cancel(broadcast_id)
    assert [each async for each in slices] == []
    assert await bench.tally(broadcast_id) == Tally(3, skipped=3)
    await bench.pass_s(11)
    assert await bench.ledger.broadcast_build.abandoned() == []
    assert await bench.add(broadcast_id, [1]) == 0


async def on_list(bench: BroadcastBench, name: str) -> Lists:
    """All of them are on it."""
    lists = Lists(bench.database, BOT)
    spring = await lists.create(name)
    rows = [{"list_id": spring.id, "user_id": id_} for id_ in PEOPLE]
    async with bench.database.writing() as connection:
        await connection.execute(insert(list_members), rows)
    return lists


async def test_its_list_may_be_renamed_while_it_is_written(bench: BroadcastBench) -> None:
    lists = await on_list(bench, "spring")
    broadcast_id = await bench.draft(audience=Audience(list_name="spring"))
    slices = bench.ledger.broadcast_build.audience(broadcast_id)
    await anext(slices)
    await lists.rename("spring", "last spring")
    await lists.create("spring")
    assert [each async for each in slices] == [Slice(3, 3), Slice(1, 1)]
    assert await chats(bench, broadcast_id) == PEOPLE


@pytest.mark.parametrize(("state", "becomes"), [("draft", "cancelled"), ("running", "paused")])
async def test_and_where_it_is_deleted_it_ends_there_and_says_so(
    bench: BroadcastBench, state: str, becomes: str
) -> None:
    lists = await on_list(bench, "spring")
    broadcast_id = await bench.draft(audience=Audience(list_name="spring"))
    await bench.put(broadcast_id, state=state)
    slices = bench.ledger.broadcast_build.audience(broadcast_id)
    await anext(slices)
    await lists.delete("spring")
    await lists.create("spring")
    assert [each async for each in slices] == []
    found = await bench.get(broadcast_id)
    assert (found.state, found.tally.total) == (becomes, 3)
    assert found.why == (
        "its list 'spring' was deleted before all of its people had been written down"
    )
    await bench.pass_s(11)
    assert await bench.ledger.broadcast_build.abandoned() == []


async def test_the_values_of_its_placeholders_are_taken_for_each(bench: BroadcastBench) -> None:
    known = {"fields": {"city": 'A "B"'}, "zone": "Europe/Paris"}
    await subscribe(bench.database, [300], language_code="fr", **known)
    await subscribe(bench.database, [301], language_code="fr")
    content = Content("sendMessage", {"text": "{name} of {city|nowhere}, {zone|UTC}"})
    wish = Request("", content, None, "b", OnUncertain.PARK, 2)
    audience, fields = Audience(languages=("fr",)), columns_of(personal_fields(content))
    broadcast_id = await bench.running(request=wish, audience=audience, fields=fields)
    _ = [each async for each in bench.ledger.broadcast_build.audience(broadcast_id)]
    values = [row.personal for row in await bench.rows(broadcast_id)]
    assert values == [
        {"first_name": "Name 300", "last_name": "", "city": 'A "B"', "zone": "Europe/Paris"},
        {"first_name": "Name 301", "last_name": "", "city": None, "zone": None},
    ]
    sendings = [await bench.mark(claim) for claim in await bench.claim()]
    texts = [sending.content.params["text"] for sending in sendings]
    assert texts == ['Name 300 of A "B", Europe/Paris', "Name 301 of nowhere, UTC"]


async def test_nobody_is_an_audience_too(bench: BroadcastBench) -> None:
    broadcast_id = await bench.running(audience=Audience(languages=("sv",)))
    done = [each async for each in bench.ledger.broadcast_build.audience(broadcast_id)]
    assert done == [Slice(0, 0)]
    assert await bench.ledger.broadcast_ends.complete() == [broadcast_id]


async def test_a_text_may_name_as_many_fields_as_the_database_can_fill(
    bench: BroadcastBench,
) -> None:
    named = [f"field_{number:02}" for number in range(MOST_COLUMNS)]
    text = " ".join(f"{{{name}|-}}" for name in named)
    content = Content("sendMessage", {"text": text})
    check_template(content, {})
    wish = Request("", content, None, "b", OnUncertain.PARK, 2)
    broadcast_id = await bench.draft(request=wish, audience=EVERYBODY, fields=tuple(named))
    _ = [each async for each in bench.ledger.broadcast_build.audience(broadcast_id)]
    values = [row.personal for row in await bench.rows(broadcast_id)]
    assert values == [dict.fromkeys(named)] * len(PEOPLE)


async def test_braces_to_be_shown_need_no_field(bench: BroadcastBench) -> None:
    content = Content("sendMessage", {"text": "Write {{name}}"})
    wish = Request("", content, None, "b", OnUncertain.PARK, 2)
    broadcast_id = await bench.running(request=wish, audience=EVERYBODY, fields=())
    _ = [each async for each in bench.ledger.broadcast_build.audience(broadcast_id)]
    sending = await bench.mark((await bench.claim())[0])
    assert sending.content.params["text"] == "Write {name}"
