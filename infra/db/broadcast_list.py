"""The saved list that a broadcast is for: whatever it is called by now, and when it is gone."""

from dataclasses import replace
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from core.audience import Audience
from core.broadcast import BroadcastState
from infra.db.audience_tables import lists
from infra.db.moments import utc_now

GONE = "its list {name!r} was deleted before all of its people had been written down"


def list_id(bot_id: int, audience: Audience | None) -> Any:
    """The id of the list that the audience names; None where it names none."""
    if audience is None or not audience.list_name:
        return None
    named = (lists.c.bot_id == bot_id, lists.c.name == audience.list_name)
    return select(lists.c.id).where(*named).scalar_subquery()


async def as_called_now(
    connection: AsyncConnection, audience: Audience, its_list: int | None
) -> Audience | None:
    """The same people, should the list have another name by now; None where it is gone. Until the
    transaction ends it is neither renamed nor deleted.
    """
    if not audience.list_name:
        return audience
    this = select(lists.c.name).where(lists.c.id == its_list).with_for_update(read=True)
    name = await connection.scalar(this)
    return replace(audience, list_name=name) if name is not None else None


def given_up(state: str, name: str) -> dict[str, Any]:
    """What becomes of a broadcast whose list is gone, by column: nobody has got a draft, so that it
    is cancelled; any other is paused, and a person may send it to those who have been written.
    """
    told = {"built_at": utc_now(), "why": GONE.format(name=name)}
    if state == BroadcastState.DRAFT:
        cancelled = {"state": BroadcastState.CANCELLED.value, "ended_at": utc_now()}
        return told | cancelled | {"leftover": True}
    return told | {"state": BroadcastState.PAUSED.value, "paused_at": utc_now()}
