"""Subscribers and broadcasts in a web's ledger, for tests of what is told of them."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import delete, update

from core.contact import Contact
from core.message import State
from infra.db.contacts import Contacts
from infra.db.tables import broadcasts, messages
from infra.db.tallies import Move, Tallies
from infra.db.web_tables import idempotent_answers
from tests.api.web import Asker, Web

EVERYBODY: dict[str, Any] = {}


async def join(web: Web, *people: Contact, list_name: str = "") -> None:
    office = web.office
    made = await office.audiences.lists.create(list_name) if list_name else None
    await Contacts(office.database, office.bot_id).put(people, made.id if made else None)


async def join_many(web: Web, count: int) -> None:
    await join(web, *(Contact(number, first_name=f"N{number}") for number in range(1, count + 1)))


async def drafted(api: Asker, **changes: Any) -> int:
    answer = await api.post("/api/v1/broadcasts", {"text": "hi", "audience": EVERYBODY, **changes})
    assert answer.status == 201, answer.text
    broadcast_id: int = answer.json["id"]
    return broadcast_id


async def end(
    web: Web, broadcast_id: int, state: str, reason: str | None, chats: Sequence[str] = ()
) -> None:
    """These of its recipients, who waited, ended so; all of them where none is named."""
    count = await _put(web, broadcast_id, state, reason, chats)
    await _count(web, Move(broadcast_id, State.SCHEDULED, State(state)), count)


async def relabel(
    web: Web, broadcast_id: int, state: str, reason: str, chats: Sequence[str]
) -> None:
    """These of its recipients, who had been sent to, ended so instead."""
    count = await _put(web, broadcast_id, state, reason, chats)
    await _count(web, Move(broadcast_id, State.SENT, State(state)), count)


async def _put(
    web: Web, broadcast_id: int, state: str, reason: str | None, chats: Sequence[str]
) -> int:
    m, now = messages.c, web.office.now()
    these = (m.broadcast_id == broadcast_id, *([m.chat_id.in_(chats)] if chats else []))
    values = {"state": state, "reason": reason, "description": reason and f"said {reason}"}
    async with web.office.database.writing() as connection:
        ended = update(messages).where(*these).values(**values, ended_at=now, sent_at=now)
        return (await connection.execute(ended)).rowcount


async def _count(web: Web, move: Move, count: int) -> None:
    async with web.office.database.writing() as connection:
        await Tallies(web.office.database.dialect, 0).add(connection, [move] * count)


async def forget_answers(web: Web) -> None:
    """As a day does it, or a kill before they were kept."""
    async with web.office.database.writing() as connection:
        await connection.execute(delete(idempotent_answers))


async def of_another_bot(web: Web, broadcast_id: int) -> None:
    async with web.office.database.writing() as connection:
        theirs = update(broadcasts).where(broadcasts.c.id == broadcast_id)
        await connection.execute(theirs.values(bot_id=43))
