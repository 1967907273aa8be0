"""Writing a post: for some channels, now or later, with what it will look like beside it."""

from datetime import datetime
from typing import Any

import orjson
from fastapi import APIRouter
from starlette.responses import Response

from apps.api.etags import etag_of
from apps.api.pages.render import TheView, View
from apps.api.problems import Problem
from apps.api.shown.shown_message import entities_of
from core.bot_methods import MEDIA
from core.entities import Parsed
from core.entity_writing import as_html
from core.message import Message
from infra.db.states import WAITING
from infra.importing import zone_names

router = APIRouter()

OURS = frozenset({"sendMessage", "sendMediaGroup", *(f"send{kind.capitalize()}" for kind in MEDIA)})
HTML = "HTML"


@router.get("/compose")
async def compose(
    view: TheView,
    message: int | None = None,
    copy: int | None = None,
    at: str = "",
    chat: str = "",
) -> Response:
    """`message` is changed, `copy` started from; `at` (ISO 8601) and `chat` are filled in."""
    if not view.may_write:
        raise Problem(403, "forbidden", "You may not do that", "viewers look at what there is")
    start: dict[str, Any] = {"at": _utc(at), "chat": chat}
    number = message or copy
    if number is not None:
        found = await view.office.ledger.reading.get(number)
        start |= _started(found, is_change=message is not None)
    return await _page(view, start)


async def _page(view: View, start: dict[str, Any]) -> Response:
    channels = [
        {"chat_id": each.facts.chat_id, "title": each.facts.title, "name": each.name}
        for each in await view.office.channels.listed()
    ]
    return view.page(
        "compose.html",
        channels=channels,
        start=orjson.dumps(start).decode(),
        changes=start.get("message"),
        trouble=start.get("trouble", ""),
        zones=sorted(zone_names().values()),
    )


def _started(message: Message, *, is_change: bool) -> dict[str, Any]:
    trouble = _trouble(message, is_change=is_change)
    if trouble:
        return {"trouble": trouble}
    content = message.content
    started = {"chat": message.chat_id, "content": dict(content.params), "text": content.text}
    if listed := list(entities_of(content)):
        started |= {"text": as_html(Parsed(content.text, tuple(listed))), "parse_mode": HTML}
    if not is_change:
        return started
    expires = message.expires_at.isoformat() if message.expires_at is not None else ""
    started |= {"at": message.wanted_at.isoformat(), "expires_at": expires}
    return started | {"message": message.id, "etag": etag_of(message)}


def _trouble(message: Message, *, is_change: bool) -> str:
    if is_change and message.state not in WAITING:
        return f"This post is {message.state.value}: only one that waits can be changed."
    if message.content.method not in OURS:
        return "This post copies another one: it can be moved or cancelled on its own page."
    if message.broadcast_id:
        return "This message belongs to a broadcast, which is changed as a whole."
    return ""


def _utc(at: str) -> str:
    """As it was given, if it is a time."""
    try:
        return datetime.fromisoformat(at.replace(" ", "+")).isoformat()
    except ValueError:
        return ""
