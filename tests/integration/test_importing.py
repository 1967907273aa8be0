"""People out of a file: who is new, who has changed, and what a second run does."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError

from core.audience import Audience
from core.contact import Contact
from core.errors import InvalidInput
from core.subscriber import Profile
from infra import importing
from infra.db.audiences import Audiences
from infra.db.bot_tables import subscribers
from infra.db.contacts import Contacts, Put
from infra.db.directory import Directory
from infra.db.engine import Database
from infra.db.lists import Lists
from infra.db.moments import plus
from infra.db.subscribers import SEEN_EVERY, Subscribers
from infra.db.tables import chats
from infra.importing import Reject, Target
from tests.integration.conftest import BOT, beside
from tests.integration.people_files import csv_of, imported

JOINED = datetime(2026, 1, 1, tzinfo=UTC)
PEOPLE = csv_of(["1,Ada,vip,London", "2,Grace,,Arlington", "-1003,Group,,", "4,,a;b,"])


@pytest.fixture(autouse=True)
def a_few_rows_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """So a short file goes through all that a long one goes through."""
    monkeypatch.setattr(importing, "STEP_ROWS", 2)
    monkeypatch.setattr(importing, "WINDOW_ROWS", 5)


@pytest.fixture
async def contacts(database: Database) -> Contacts:
    return Contacts(database, BOT)


@pytest.fixture
def bot(database: Database) -> Subscribers:
    """What the bot writes when somebody talks to it."""
    return Subscribers(database, BOT)


async def rows_of(database: Database) -> list[Mapping[str, Any]]:
    """All that is kept of subscribers, for comparison."""
    query = select(subscribers).order_by(subscribers.c.user_id)
    async with database.reading() as connection:
        return [dict(row._mapping) for row in await connection.execute(query)]


async def known(database: Database, audience: Audience | None = None) -> dict[int, Contact]:
    pages = Directory(database, BOT).pages(audience or Audience())
    return {contact.user_id: contact async for page in pages for contact in page}


async def test_whom_a_file_names_is_a_subscriber_with_all_that_it_tells(
    database: Database,
) -> None:
    header = "id,First Name,last_name,username,language,zone,tags,joined,City"
    row = '5,Ада,Л.,@ada,pt_BR,asia/tashkent,"VIP;a, b",2026-01-01,Ташкент'
    done = await imported(database, csv_of([row], header))
    assert (done.new, done.rows) == (1, 1)
    told = ("Ада", "Л.", "ada", "pt-br", "Asia/Tashkent", JOINED, ("a", "b", "vip"))
    assert await known(database) == {5: Contact(5, *told, {"city": "Ташкент"})}
    [row_] = await rows_of(database)
    assert (row_["last_seen_at"], row_["started_at"]) == (None, None)
    assert row_["imported_at"] > JOINED


async def test_the_same_file_again_changes_nothing(database: Database) -> None:
    made = await Lists(database, BOT).create("spring")
    target = Target(made.id, ("news",))
    first = await imported(database, PEOPLE, target)
    before = await rows_of(database), await known(database)
    second = await imported(database, PEOPLE, target)
    assert (first.new, second.unchanged, second.rows) == (4, 4, 4)
    assert (await rows_of(database), await known(database)) == before
    assert (await Lists(database, BOT).find("spring")).members == 4


async def test_only_what_is_new_is_a_change_and_what_is_not_told_stays(
    database: Database,
) -> None:
    await imported(database, csv_of(["1,UTC"], "id,zone"))
    await imported(database, PEOPLE)
    rows = ["1,Ada,,", "2,Grace,,Rome", "-1003,,new,", "4,D.,,"]
    done = await imported(database, csv_of(rows))
    assert (done.new, done.changed, done.unchanged) == (0, 3, 1)
    found = await known(database)
    assert (found[1].tags, found[1].zone, found[1].fields) == (("vip",), "UTC", {"city": "London"})
    assert found[2].fields == {"city": "Rome"}
    assert (found[-1003].first_name, found[-1003].tags) == ("Group", ("new",))
    other = await imported(database, csv_of(["2,gold"], "id,plan"))
    assert other.changed == 1
    assert (await known(database))[2].fields == {"city": "Rome", "plan": "gold"}
    spring = await Lists(database, BOT).create("spring")
    listed = await imported(database, PEOPLE, Target(spring.id))
    assert (listed.changed, listed.unchanged) == (4, 0)


async def test_an_id_counts_once_wherever_in_the_file_it_comes_again(database: Database) -> None:
    rows = ["1,first,,", "1,second,,", "2,,,", "3,,,", "4,,,", "1,third,,", "4,,x,"]
    rejects = list[Reject]()
    done = await imported(database, csv_of(rows), rejects=rejects)
    assert (done.new, done.repeated, done.bad) == (4, 3, 0)
    assert (await known(database))[1].first_name == "first"
    assert [(each.line, each.problem) for each in rejects] == [
        (3, "id: 1 was taken from line 2"),
        (7, "id: 1 was taken from line 2"),
        (8, "id: 4 was taken from line 6"),
    ]
    again = await imported(database, csv_of(rows))
    assert (again.unchanged, again.changed) == (4, 0)


async def test_bad_rows_are_told_by_their_lines_and_stop_nothing(database: Database) -> None:
    rows = ["1,a,,", "x,b,,", "", "2,c", '3,"d', "4,e,,", "\0,f,,", "5,g,,"]
    rejects = list[Reject]()
    done = await imported(database, csv_of(rows), rejects=rejects)
    assert (done.new, done.bad) == (3, 4)
    assert [each.line for each in rejects] == [3, 5, 6, 8]
    assert set(await known(database)) == {1, 4, 5}
    with pytest.raises(InvalidInput, match="no column id"):
        await imported(database, csv_of(["1"], "name"))


async def test_who_stopped_or_blocked_the_bot_is_not_brought_back(
    database: Database, bot: Subscribers
) -> None:
    for user_id in (1, 2, 4):
        await bot.see(Profile(user_id, "A", "", "", ""))
    await bot.start(1)
    await bot.stop(1)
    await bot.block(2)
    await bot.stop(4)  # before they ever started it
    await imported(database, PEOPLE)
    audiences = Audiences(database, BOT)
    assert await audiences.count(Audience()) == 1
    await bot.see(Profile(2, "A", "", "", ""))
    await bot.start(1)
    assert await audiences.count(Audience()) == 3


async def test_who_writes_keeps_fields_and_tags_and_has_telegrams_name_for_good(
    database: Database, bot: Subscribers
) -> None:
    await imported(database, PEOPLE)
    seen = await bot.see(Profile(1, "Augusta", "King", "aak", "en"))
    assert seen.first_seen_at is not None
    assert await bot.start(1)
    joined = (await known(database))[1].joined_at
    again = await imported(database, PEOPLE)
    assert again.unchanged == 4
    kept = (await known(database))[1]
    assert (kept.first_name, kept.last_name, kept.language) == ("Augusta", "King", "en")
    assert (kept.tags, kept.fields) == (("vip",), {"city": "London"})
    assert kept.joined_at == joined


async def test_who_wrote_first_and_is_imported_is_reached_from_then_on(
    database: Database, bot: Subscribers
) -> None:
    await bot.see(Profile(1, "Augusta", "", "", "en"))
    assert await bot.count_reached() == 0
    done = await imported(database, PEOPLE)
    assert (done.new, done.changed) == (3, 1)
    assert await bot.count_reached() == 4
    assert (await known(database))[1].first_name == "Augusta"


async def test_an_unreachable_chat_is_left_out_until_something_comes_from_it(
    database: Database, bot: Subscribers
) -> None:
    await imported(database, PEOPLE)
    gone = [{"bot_id": BOT, "chat_id": chat, "unreachable": "blocked"} for chat in ("1", "2")]
    async with database.writing() as connection:
        await connection.execute(insert(chats), gone)
    assert await bot.count_reached() == 2
    profile = Profile(1, "Ada", "", "", "")
    await bot.see(profile)
    assert await bot.count_reached() == 3
    await bot.unblock(2)
    assert await bot.count_reached() == 4
    # One who is seen too often to be written is still let in again.
    async with database.writing() as connection:
        await connection.execute(update(chats).values(unreachable="blocked"))
        ago = plus(subscribers.c.last_seen_at, SEEN_EVERY.total_seconds())
        await connection.execute(update(subscribers).values(last_seen_at=ago))
    await bot.see(profile)
    assert await bot.count_reached() == 3


async def test_a_date_in_the_file_is_when_they_joined(database: Database) -> None:
    header = "id,joined"
    await imported(database, csv_of(["1,2026-01-01", "2,"], header))
    first = await known(database)
    assert first[1].joined_at == JOINED
    assert first[2].joined_at is not None
    again = await imported(database, csv_of(["1,", "2,2026-01-01"], header))
    assert (again.unchanged, again.changed) == (1, 1)
    assert {each.joined_at for each in (await known(database)).values()} == {JOINED}


async def test_another_bots_people_are_others(database: Database) -> None:
    await Contacts(database, BOT + 1).put([Contact(1, "Other", tags=("other",))])
    await imported(database, PEOPLE)
    assert (await known(database))[1].first_name == "Ada"
    assert len(await rows_of(database)) == 5


async def test_two_imports_at_once_come_to_the_same_end(
    database: Database, other: Database
) -> None:
    people = [Contact(number, tags=("t",), fields={"n": str(number)}) for number in range(1, 400)]
    halves = (people[:300], people[100:][::-1])
    puts = await asyncio.gather(
        *(
            Contacts(each, BOT).put(half)
            for each, half in zip((database, other), halves, strict=True)
        )
    )
    assert sum(put.new for put in puts) == len(people)
    assert await Contacts(database, BOT).put(people) == Put(0, 0)


@pytest.fixture
async def other(database: Database) -> AsyncIterator[Database]:
    made = beside(database)
    yield made
    await made.close()


async def test_of_a_batch_that_cannot_be_written_nothing_is(
    database: Database, contacts: Contacts
) -> None:
    no_tag: Any = None
    with pytest.raises(IntegrityError):
        await contacts.put([Contact(1), Contact(2)], tags=[no_tag])
    assert await rows_of(database) == []
    assert await contacts.put([]) == Put(0, 0)
