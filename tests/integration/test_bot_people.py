"""People, invitations and subscribers as the ledger keeps them, on both databases."""

import asyncio
from datetime import time

import pytest
from sqlalchemy import select, update

from core.errors import NotFound, TransitionRefused
from core.person import Admission, Person, Role
from core.subscriber import Profile
from infra.db.bot_tables import invites as invite_table
from infra.db.bot_tables import subscribers as subscriber_table
from infra.db.engine import Database
from infra.db.invites import VALID_S, Invites
from infra.db.moments import plus
from infra.db.people import People
from infra.db.subscribers import SEEN_EVERY, Subscribers
from tests.integration.conftest import BOT

ADA, GRACE = 501, 502


@pytest.fixture
def people(database: Database) -> People:
    return People(database, BOT)


@pytest.fixture
def invites(database: Database) -> Invites:
    return Invites(database, BOT)


@pytest.fixture
def subscribers(database: Database) -> Subscribers:
    return Subscribers(database, BOT)


async def join(invites: Invites, user_id: int, role: Role) -> None:
    assert await invites.accept(await invites.make(role, 0), user_id) == (Admission.ACCEPTED, role)


async def found(people: People, user_id: int) -> Person:
    person = await people.find(user_id)
    assert person is not None
    return person


def profile(user_id: int = ADA, name: str = "Ada", language: str = "ru") -> Profile:
    return Profile(user_id, name, "", "", language)


async def test_a_code_lets_one_person_in_and_the_same_one_again(
    invites: Invites, people: People
) -> None:
    code = await invites.make(Role.EDITOR, ADA)
    taken = await asyncio.gather(*(invites.accept(code, user) for user in range(1, 6)))
    accepted = [user for user, (admission, _) in enumerate(taken, 1) if admission == "accepted"]
    assert len(accepted) == 1
    assert [admission for admission, _ in taken].count(Admission.USED) == 4
    assert [person.user_id for person in await people.listed()] == accepted
    assert await invites.accept(code, accepted[0]) == (Admission.ACCEPTED, Role.EDITOR)


async def test_a_code_is_void_after_a_day_and_for_another_bot(
    invites: Invites, database: Database
) -> None:
    code = await invites.make(Role.EDITOR, ADA)
    assert await Invites(database, BOT + 1).accept(code, ADA) == (Admission.UNKNOWN, None)
    async with database.writing() as connection:
        later = plus(invite_table.c.expires_at, -VALID_S)
        await connection.execute(update(invite_table).values(expires_at=later))
    assert await invites.accept(code, ADA) == (Admission.EXPIRED, None)


async def test_no_code_can_be_read_in_the_ledger(invites: Invites, database: Database) -> None:
    code = await invites.make(Role.OWNER, None)
    assert len(code) >= 16
    async with database.reading() as connection:
        [row] = (await connection.execute(select(invite_table))).all()
    assert code not in str(row)


async def test_the_consoles_new_code_takes_the_place_of_its_old_one(invites: Invites) -> None:
    old, own = await invites.make(Role.OWNER, None), await invites.make(Role.VIEWER, ADA)
    new = await invites.make(Role.OWNER, None)
    assert await invites.accept(old, GRACE) == (Admission.UNKNOWN, None)
    assert await invites.accept(own, GRACE) == (Admission.ACCEPTED, Role.VIEWER)
    assert await invites.accept(new, GRACE) == (Admission.ACCEPTED, Role.OWNER)


async def test_a_second_code_gives_more_and_takes_nothing(invites: Invites, people: People) -> None:
    for role, then in ((Role.VIEWER, "viewer"), (Role.OWNER, "owner"), (Role.EDITOR, "owner")):
        await invites.accept(await invites.make(role, 0), ADA)
        assert (await found(people, ADA)).role == then


async def test_owners_come_first_and_each_has_the_name_that_telegram_tells(
    invites: Invites, people: People, subscribers: Subscribers
) -> None:
    await join(invites, 1, Role.VIEWER)
    await join(invites, ADA, Role.OWNER)
    await subscribers.see(profile(ADA, "Ada"))
    await join(invites, GRACE, Role.EDITOR)
    listed = await people.listed()
    assert [person.name for person in listed] == ["Ada", str(GRACE), "1"]
    assert (listed[0].language_code, listed[0].language) == ("ru", "")
    assert [person.user_id for person in await people.listed(Role.EDITOR)] == [GRACE]
    assert await people.has_owner()


async def test_what_somebody_chooses_is_kept(invites: Invites, people: People) -> None:
    await join(invites, ADA, Role.VIEWER)
    fresh = await found(people, ADA)
    assert (fresh.language, fresh.zone, fresh.quiet, fresh.alerts) == ("", "", None, True)
    night = (time(22, 30), time(7))
    await people.choose_language(ADA, "uz")
    await people.choose_zone(ADA, "Asia/Tashkent")
    await people.choose_quiet(ADA, night)
    await people.choose_alerts(ADA, False)
    kept = await found(people, ADA)
    assert (kept.language, kept.zone, kept.quiet, kept.alerts) == (
        "uz",
        "Asia/Tashkent",
        night,
        False,
    )
    await people.choose_quiet(ADA, None)
    await people.choose_language(ADA, "")
    assert await found(people, ADA) == Person(
        **{name: getattr(kept, name) for name in ("user_id", "role", "name", "username", "zone")},
        language="",
        language_code="",
        quiet=None,
        alerts=False,
        joined_at=kept.joined_at,
    )
    with pytest.raises(NotFound):
        await people.choose_alerts(GRACE, False)


async def test_of_two_owners_who_remove_each_other_one_stays(
    invites: Invites, people: People
) -> None:
    await join(invites, ADA, Role.OWNER)
    await join(invites, GRACE, Role.OWNER)
    removals = (people.remove(ADA), people.remove(GRACE))
    ends = await asyncio.gather(*removals, return_exceptions=True)
    assert [type(end) for end in ends if end is not None] == [TransitionRefused]
    assert len(await people.listed()) == 1
    with pytest.raises(NotFound):
        await people.remove(777)


async def test_who_is_removed_leaves_no_code_behind(invites: Invites, people: People) -> None:
    await join(invites, ADA, Role.OWNER)
    await join(invites, GRACE, Role.OWNER)
    code = await invites.make(Role.OWNER, GRACE)
    await people.remove(GRACE)
    assert await people.find(GRACE) is None
    assert await invites.accept(code, GRACE) == (Admission.UNKNOWN, None)


async def test_a_subscriber_is_written_when_something_is_new(
    subscribers: Subscribers, database: Database
) -> None:
    first = await subscribers.see(profile())
    assert first == await subscribers.see(profile())
    renamed = await subscribers.see(profile(name="Ada\0 L."))
    assert renamed.profile.first_name == "Ada L."
    assert renamed.first_seen_at == first.first_seen_at
    assert renamed.last_seen_at is not None
    assert first.last_seen_at is not None
    assert renamed.last_seen_at > first.last_seen_at
    async with database.writing() as connection:
        column = subscriber_table.c.last_seen_at
        ago = plus(column, -SEEN_EVERY.total_seconds())
        await connection.execute(update(subscriber_table).values(last_seen_at=ago))
    seen = await subscribers.see(renamed.profile)
    assert seen.last_seen_at is not None
    assert seen.last_seen_at > renamed.last_seen_at


async def test_who_may_be_sent_broadcasts_has_started_and_neither_stopped_nor_blocked(
    subscribers: Subscribers,
) -> None:
    await subscribers.see(profile())
    assert await subscribers.count_reached() == 0
    assert [await subscribers.start(ADA), await subscribers.start(ADA)] == [True, False]
    assert await subscribers.count_reached() == 1
    assert [await subscribers.block(ADA), await subscribers.block(ADA)] == [True, False]
    assert await subscribers.count_reached() == 0
    await subscribers.see(profile())  # who writes has not blocked it
    assert await subscribers.count_reached() == 1
    assert [await subscribers.stop(ADA), await subscribers.stop(ADA)] == [True, False]
    await subscribers.see(profile())
    assert await subscribers.count_reached() == 0
    kept = await subscribers.find(ADA)
    assert kept is not None
    assert not kept.is_reached
    assert [await subscribers.unblock(ADA), await subscribers.start(ADA)] == [False, True]
    assert await subscribers.find(GRACE) is None
