"""Conversations and updates as the ledger keeps them, on both databases."""

import pytest
from sqlalchemy import func, select, update

from infra.db.bot_tables import updates
from infra.db.conversations import Conversations
from infra.db.engine import Database
from infra.db.inbox import Inbox
from infra.db.moments import plus
from tests.integration.conftest import BOT

CHAT, USER = 501, 502


@pytest.fixture
def conversations(database: Database) -> Conversations:
    return Conversations(database, BOT)


@pytest.fixture
def inbox(database: Database) -> Inbox:
    return Inbox(database, BOT)


async def kept(conversations: Conversations) -> tuple[str | None, dict[str, object]]:
    return await conversations.state(CHAT, USER), await conversations.data(CHAT, USER)


async def test_state_and_data_are_kept_apart(
    conversations: Conversations, database: Database
) -> None:
    assert await kept(conversations) == (None, {})
    await conversations.change(CHAT, USER, {"state": "here"})
    await conversations.change(CHAT, USER, {"data": {"text": "naïve \U0001f600 \u0000"}})
    assert await kept(conversations) == ("here", {"text": "naïve \U0001f600 \u0000"})
    await conversations.change(CHAT, USER, {"state": None})
    assert await kept(conversations) == (None, {"text": "naïve \U0001f600 \u0000"})
    other = Conversations(database, BOT + 1)
    assert (await other.state(CHAT, USER), await other.data(CHAT, USER)) == (None, {})


async def test_the_buttons_that_did_their_work_are_kept(conversations: Conversations) -> None:
    assert await conversations.taps(CHAT, USER) == []
    await conversations.change(CHAT, USER, {"taps": [("7:yes", "a")]})
    await conversations.change(CHAT, USER, {"state": None, "data": {}})
    assert await conversations.taps(CHAT, USER) == [("7:yes", "a")]


async def test_an_update_is_new_once(inbox: Inbox) -> None:
    first, second = ({"update_id": id_, "message": {"text": str(id_)}} for id_ in (7, 6))
    assert await inbox.receive([]) == []
    assert await inbox.receive([first]) == [first]
    assert await inbox.receive([second, first]) == [second]
    await inbox.done([7])
    assert await inbox.receive([first, second]) == []
    assert await inbox.left() == [(second, 1)]
    await inbox.done([6])
    assert await inbox.left() == []
    assert await inbox.receive([second]) == []


async def test_how_often_an_update_was_begun_is_known(inbox: Inbox) -> None:
    await inbox.receive([{"update_id": 7}, {"update_id": 8}])
    await inbox.begun([7])
    assert await inbox.left() == [({"update_id": 7}, 2), ({"update_id": 8}, 1)]


async def test_what_an_update_changes_is_kept_with_its_end(
    inbox: Inbox, conversations: Conversations
) -> None:
    await inbox.receive([{"update_id": 7}])
    await conversations.commit(7, {(CHAT, USER): {"state": "there", "data": {"n": 1}}})
    assert await kept(conversations) == ("there", {"n": 1})
    assert await inbox.left() == []


async def test_updates_are_forgotten_when_telegram_has_forgotten_them(
    inbox: Inbox, database: Database
) -> None:
    await inbox.receive([{"update_id": id_} for id_ in (5, 6, 7)])
    await inbox.done([5, 6])
    assert await inbox.forget() == 0
    async with database.writing() as connection:
        old = updates.c.update_id != 6
        ago = plus(updates.c.came_at, -200_000)
        done = update(updates).where(old, updates.c.done_at.is_not(None))
        await connection.execute(done.values(done_at=ago))
        await connection.execute(update(updates).where(old).values(came_at=ago))
    assert await inbox.forget() == 1
    async with database.reading() as connection:
        assert await connection.scalar(select(func.count()).select_from(updates)) == 2
