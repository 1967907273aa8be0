"""The admin asks for trouble."""

from typing import Any

from sandbox.asked import Answer, Routes, chat_id_of
from sandbox.faults import Fault, Kind
from sandbox.query import Mistake, Query
from sandbox.telegram import Telegram

FIELDS: dict[str, type] = {
    "count": int,
    "method": str,
    "after": bool,
    "retry_after": int,
    "status": int,
    "html": bool,
    "delay_s": float,
    "to": int,
    "description": str,
}


async def listed(telegram: Telegram, _: Query) -> Answer:
    return {"faults": [fault.facts() for fault in telegram.faults.all()]}


async def add(telegram: Telegram, query: Query) -> Answer:
    chat_id, details = chat_id_of(telegram, query), query.given(FIELDS)
    return added(telegram, query.get("kind", str), chat_id, details).facts()


async def remove(telegram: Telegram, query: Query) -> Answer:
    removed = telegram.faults.remove(query.get("id", int), chat_id_of(telegram, query))
    return {"removed": removed}


def added(
    telegram: Telegram, kind: str | None, chat_id: int | None, details: dict[str, Any]
) -> Fault:
    if kind not in tuple(Kind):
        raise Mistake(f"kind must be one of {', '.join(Kind)}")
    return telegram.faults.add(kind, chat_id, **details)


ROUTES: Routes = {
    ("GET", "faults"): listed,
    ("POST", "faults"): add,
    ("DELETE", "faults"): remove,
}
