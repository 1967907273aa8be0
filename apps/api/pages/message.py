"""One message: everything that is known of it, and what can be done with it."""

import orjson
from fastapi import APIRouter
from markupsafe import Markup
from starlette.responses import Response

from apps.api.chat_titles import ChatTitles
from apps.api.ids import Id
from apps.api.pages.render import TheView
from apps.api.shown.reasons import words_of
from apps.api.shown.shown_message import shown
from core.channel import Channel
from core.message import ACTIVE, POSTS, Message, State
from infra.db.states import WAITING

router = APIRouter(prefix="/messages")

TEXTS = frozenset({"text", "caption"})
EXPLAINED = frozenset(State) - ACTIVE - {State.SENT}
SUPERGROUP = "-100"


@router.get("/{message_id}")
async def message(view: TheView, message_id: Id) -> Response:
    found = await view.office.ledger.reading.get(message_id)
    channels = await view.office.channels.listed()
    options = {name: value for name, value in found.content.params.items() if name not in TEXTS}
    seen = shown(found.content.text, options, found.content)
    return view.page(
        "message.html",
        message=found,
        titles=ChatTitles(channels),
        html=Markup(seen.preview.html),  # noqa: S704 (escaped there)
        seen=seen.preview,
        why=words_of(found.state, found.reason) if found.state in EXPLAINED else None,
        waits=found.state in WAITING,
        links=_links(found, channels),
        body=_request(found),
        broadcast=await _broadcast_name(view, found),
        local=f"{found.wanted_at.astimezone(view.zone):%Y-%m-%dT%H:%M}",
    )


async def _broadcast_name(view: TheView, message: Message) -> str:
    if message.broadcast_id == POSTS:
        return ""
    found = await view.office.ledger.broadcasts.get(message.broadcast_id)
    return found.name or f"Broadcast {found.id}"


def _links(message: Message, channels: list[Channel]) -> list[str]:
    """Where it stands in Telegram; of a private channel, for its members."""
    names = {
        chat_id: each.facts.username
        for each in channels
        for chat_id in (each.facts.chat_id, each.name.lower())
        if each.facts.username
    }
    name = names.get(message.chat_id) or message.chat_id.removeprefix("@")
    if name.removeprefix("-").isdecimal():
        if not name.startswith(SUPERGROUP):
            return []
        name = f"c/{name.removeprefix(SUPERGROUP)}"
    return [f"https://t.me/{name}/{each}" for each in message.message_ids]


def _request(message: Message) -> str:
    """As it goes to Telegram."""
    body = {"method": message.content.method, "chat_id": message.chat_id, **message.content.params}
    return orjson.dumps(body, option=orjson.OPT_INDENT_2).decode()
