"""Who is in an audience, on both databases; lists and tags."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, insert, select, text, update

from core.audience import Audience, parse_audience
from core.contact import Contact
from core.errors import InvalidInput, NotFound
from core.subscriber import Profile
from infra.db.audience_tables import list_members
from infra.db.audiences import Audiences, members, page, recipients
from infra.db.bot_tables import subscribers
from infra.db.contacts import Contacts
from infra.db.directory import PAGE, Directory
from infra.db.engine import Database
from infra.db.lists import SLICE, Lists
from infra.db.overview import overview
from infra.db.subscribers import Subscribers
from infra.db.tables import chats
from infra.db.tags import Tags
from tests.integration.conftest import BOT

DAY = datetime(2026, 1, 1, tzinfo=UTC)
LANGUAGES = ("en", "pt-br", "pt", "")
TAGS = ("a", "b", "c")


def person(number: int) -> Contact:
    """They differ in all that a filter looks at."""
    return Contact(
        number,
        first_name="N" * (number % 7),
        language=LANGUAGES[number % 4],
        joined_at=DAY + timedelta(days=number % 5),
        tags=tuple(tag for place, tag in enumerate(TAGS) if number >> place & 1),
        fields={"city": "x" * number} if number % 2 else {"a b": "y", "город": "z"},
    )


PEOPLE = [person(number) for number in range(-5, 35) if number]
LISTED = PEOPLE[::3]


@pytest.fixture
async def peopled(database: Database) -> Database:
    await people(database)
    return database


async def people(database: Database) -> None:
    """PEOPLE, LISTED of them on a list, and others of another bot."""
    spring = await Lists(database, BOT).create("spring")
    contacts = Contacts(database, BOT)
    await contacts.put(PEOPLE)
    await contacts.put(LISTED, spring.id)
    theirs = await Lists(database, BOT + 1).create("spring")
    await Contacts(database, BOT + 1).put(PEOPLE[:4], theirs.id)


def is_meant(contact: Contact, audience: Audience) -> bool:
    """The filter once more, in Python."""
    assert contact.joined_at is not None
    tags, language = {*contact.tags}, contact.language
    spoken = [language == each or language.startswith(f"{each}-") for each in audience.languages]
    return (
        (not audience.list_name or contact in LISTED)
        and tags >= {*audience.tags}
        and (not audience.any_tags or bool(tags & {*audience.any_tags}))
        and not tags & {*audience.without_tags}
        and (not spoken or any(spoken))
        and (audience.joined_since is None or contact.joined_at >= audience.joined_since)
        and (audience.joined_until is None or contact.joined_at < audience.joined_until)
    )


async def ids_of(database: Database, query: Any) -> list[int]:
    async with database.reading() as connection:
        return [row.user_id for row in await connection.execute(query)]


SOME_TAGS = st.sets(st.sampled_from([*TAGS, "nobody's"]), max_size=2).map(
    lambda t: tuple(sorted(t))
)
DAYS = st.none() | st.integers(0, 5).map(lambda days: DAY + timedelta(days=days))
AUDIENCES = st.builds(
    Audience,
    list_name=st.sampled_from(["", "spring"]),
    tags=SOME_TAGS,
    any_tags=SOME_TAGS,
    without_tags=SOME_TAGS,
    languages=st.sampled_from([(), ("pt",), ("pt-br", "en"), ("p",)]),
    joined_since=DAYS,
    joined_until=DAYS,
)


FIXTURE = [HealthCheck.function_scoped_fixture]


@settings(max_examples=20, deadline=None, suppress_health_check=FIXTURE)
@given(audience=AUDIENCES)
async def test_a_filter_means_the_same_to_the_database(
    database: Database, audience: Audience
) -> None:
    if not await Audiences(database, BOT).count(Audience()):
        await people(database)
    meant = sorted(each.user_id for each in PEOPLE if is_meant(each, audience))
    assert await ids_of(database, recipients(BOT, audience)) == meant
    assert await Audiences(database, BOT).count(audience) == len(meant)
    assert (await overview(database, BOT, audience)).reached == len(meant)


async def test_pages_follow_each_other_without_a_gap(peopled: Database) -> None:
    audience = parse_audience(list="spring")
    whole = await ids_of(peopled, recipients(BOT, audience))
    pages, after = list[int](), -(2**63)
    while found := await ids_of(peopled, recipients(BOT, audience, after, 4)):
        pages += found
        after = found[-1]
    assert pages == whole == [each.user_id for each in LISTED]


async def test_a_recipient_comes_with_all_that_a_text_may_name(peopled: Database) -> None:
    async with peopled.reading() as connection:
        row = (await connection.execute(recipients(BOT, Audience(), after=9, limit=1))).one()
    assert tuple(row) == (10, "NNN", "", "", "pt", {"a b": "y", "город": "z"}, None)


async def test_who_cannot_be_written_to_is_counted_by_the_reason(peopled: Database) -> None:
    bot = Subscribers(peopled, BOT)
    await bot.see(Profile(500, "has only written", "", "", ""))
    for user_id in (1, 2, 3):
        await bot.stop(user_id)
    for user_id in (3, 4):
        await bot.block(user_id)
    gone = [{"bot_id": BOT, "chat_id": str(n), "unreachable": "gone"} for n in (4, 5, -5, 600)]
    async with peopled.writing() as connection:
        await connection.execute(insert(chats), gone)
    found = await overview(peopled, BOT, Audience())
    told = (found.members, found.stopped, found.blocked, found.unreachable)
    assert told == (len(PEOPLE), 3, 1, 2)
    assert found.reached == len(PEOPLE) - 6 == await bot.count_reached()
    assert sum(found.languages.values()) == found.reached
    reached = [each for each in PEOPLE if each.user_id not in {-5, 1, 2, 3, 4, 5}]
    assert found.tags == {tag: sum(tag in each.tags for each in reached) for tag in TAGS}
    assert len(await ids_of(peopled, members(BOT, Audience()))) == len(PEOPLE)


async def test_the_longest_values_are_told_for_the_widest_message(peopled: Database) -> None:
    audiences = Audiences(peopled, BOT)
    names = ("first_name", "city", "город", "nobody's", "zone", "language_code")
    longest = await audiences.longest(Audience(), names)
    assert longest == {
        "first_name": "NNNNNN",
        "city": "x" * 33,
        "город": "z",
        "nobody's": "",
        "zone": "",
        "language_code": "pt-br",
    }
    assert await audiences.longest(Audience(), ()) == {}
    assert await audiences.longest(parse_audience(tags=["nobody's"]), ["city"]) == {"city": ""}
    assert await audiences.field_names(Audience()) == ["a b", "city", "город"]
    assert await audiences.field_names(parse_audience(tags=["a"])) == ["city"]


async def test_an_audience_of_a_list_that_there_is_not_is_refused(peopled: Database) -> None:
    audiences, nowhere = Audiences(peopled, BOT), Audience(list_name="nowhere")
    for asked in (audiences.count(nowhere), audiences.longest(nowhere, ["city"])):
        with pytest.raises(NotFound, match="no list 'nowhere'"):
            await asked
    assert await ids_of(peopled, recipients(BOT, nowhere)) == []


async def test_lists_are_made_once_renamed_and_deleted(peopled: Database) -> None:
    lists = Lists(peopled, BOT)
    spring = await lists.find(" spring ")
    assert await lists.create("spring") == spring
    assert spring.members == len(LISTED)
    await lists.create("Autumn")
    with pytest.raises(InvalidInput, match="is there already"):
        await lists.rename("spring", "Autumn")
    renamed = await lists.rename("spring", "Spring 2026")
    assert (renamed.id, renamed.members) == (spring.id, len(LISTED))
    assert [each.name for each in await lists.listed()] == ["Autumn", "Spring 2026"]
    await lists.delete("Spring 2026")
    for refused in (lists.find("spring"), lists.delete("x"), lists.rename("x", "y")):
        with pytest.raises(NotFound):
            await refused
    assert (await Lists(peopled, BOT + 1).find("spring")).members == 4
    assert await Audiences(peopled, BOT).count(Audience()) == len(PEOPLE)


async def test_what_a_deleted_list_has_left_is_nobodys(peopled: Database) -> None:
    lists = Lists(peopled, BOT)
    made = [await lists.create(name) for name in ("last", "other")]
    many = [{"list_id": made[1].id, "user_id": number} for number in range(SLICE + 1)]
    async with peopled.writing() as connection:
        await connection.execute(insert(list_members), many)
        # As if the one who deleted it had been killed before its members were gone.
        await connection.execute(text(f"DELETE FROM lists WHERE id = {made[1].id}"))
    again = await lists.create("other")
    assert (again.members, again.id != made[1].id) == (0, True)
    await lists.delete("last")
    async with peopled.reading() as connection:
        left = await connection.scalar(select(func.count()).select_from(list_members))
    assert left == len(LISTED) + 4


async def test_tags_are_given_and_taken_where_they_make_a_difference(peopled: Database) -> None:
    tags, spring = Tags(peopled, BOT), parse_audience(list="spring")
    await Subscribers(peopled, BOT).stop(LISTED[0].user_id)
    assert await total(tags.add("a", spring)) == sum("a" not in each.tags for each in LISTED)
    assert await total(tags.add("a", spring)) == 0
    assert await total(tags.add("new", spring)) == len(LISTED)
    assert await tags.names() == ["a", "b", "c", "new"]
    assert await total(tags.remove("a", parse_audience(tags=["new"]))) == len(LISTED)
    assert await total(tags.remove("new", Audience())) == len(LISTED)
    kept = [each for each in PEOPLE if "a" in each.tags and each not in LISTED]
    audience = parse_audience(tags=["a"])
    assert await ids_of(peopled, page(BOT, audience)) == [each.user_id for each in kept]


async def total(slices: Any) -> int:
    return sum([count async for count in slices])


async def test_a_directory_is_told_in_pages_with_everybodys_tags(database: Database) -> None:
    many = [Contact(number, tags=TAGS[: number % 3]) for number in range(1, PAGE + 4)]
    await Contacts(database, BOT).put(many)
    async with database.writing() as connection:
        one = update(subscribers).where(subscribers.c.user_id == 1)
        await connection.execute(one.values(stopped_at=DAY))
    directory = Directory(database, BOT)
    pages = [page async for page in directory.pages(Audience())]
    assert [len(page) for page in pages] == [PAGE, 3]
    found = [(each.user_id, each.tags) for page in pages for each in page]
    assert found == [(each.user_id, each.tags) for each in many]
    reached = [each async for page in directory.pages(Audience(), reached=True) for each in page]
    assert [each.user_id for each in reached] == [each.user_id for each in many[1:]]
