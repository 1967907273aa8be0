"""POST /admin/channels: a channel with members, a preview page, and views that grow."""

import math
from dataclasses import replace
from typing import Any

from sandbox.chats import CHANNEL, PUBLIC_MEMBERS, Chats
from sandbox.query import Mistake, Query
from sandbox.telegram import Telegram


async def declare_channel(telegram: Telegram, query: Query) -> dict[str, Any]:
    """The channel's Chat object. What is not said stays as it was."""
    raw = str(query.get("chat", str, ""))
    if not raw:
        raise Mistake("chat is missing; name the channel by its id or its @name")
    members = query.get("members", int, _members(telegram.chats, raw))
    if members < 1:
        raise Mistake("members must be at least 1")
    growth, public = _growth(query), query.get("public", bool)
    names = query.given({"title": str, "username": str})
    chat = telegram.chats.declare(raw, chat_type=CHANNEL, members=members, **names)
    chat.is_public = chat.is_public if public is None else public
    chat.growth = replace(chat.growth, **growth)
    telegram.changes.touch(chat.id)
    return chat.facts


def _members(chats: Chats, raw: str) -> int:
    known = chats.by_id.get(chats.resolve(raw))
    return known.members if known is not None and known.type == CHANNEL else PUBLIC_MEMBERS


def _growth(query: Query) -> dict[str, float]:
    given = query.given({"growth": float, "half_life_s": float})
    if not 0 <= given.get("growth", 0.0) < math.inf:
        raise Mistake("growth must be a number of views a member, at least 0")
    if not 0 < given.get("half_life_s", 1.0) < math.inf:
        raise Mistake("half_life_s must be a number of seconds above 0")
    names = {"growth": "views_per_member", "half_life_s": "half_life_s"}
    return {names[name]: value for name, value in given.items()}
