"""A post's views: worked out from its age whenever somebody looks, so nothing is counted."""

import zlib
from typing import Any

from sandbox.chats import CHANNEL, Chat

VARIATION = 0.25
"""How far a post may lie above or below what its channel's growth says."""

SERVICE = (
    *("pinned_message", "channel_chat_created", "new_chat_title"),
    *("new_chat_photo", "delete_chat_photo"),
)
"""What a service message in a channel tells; each has exactly one of these."""

UNITS = ((10**9, "B"), (10**6, "M"), (10**3, "K"))


def views_of(chat: Chat, message: dict[str, Any], now: float) -> int | None:
    """The views at `now` (unix seconds), at least 1; None for what Telegram counts none of.

    The posts of an album are seen together and have the same views.
    """
    if chat.type != CHANNEL or is_service(message):
        return None
    expected = chat.members * chat.growth.views_a_member(now - message["date"])
    return max(1, int(expected * _liking(chat.id, message)))


def is_service(message: dict[str, Any]) -> bool:
    return any(name in message for name in SERVICE)


def short_number(number: int) -> str:
    """As Telegram shows it, 987, 4.85K or 1.2M: three digits, the rest cut off."""
    for unit, letter in UNITS:
        if number >= unit:
            return f"{_three_digits(number, unit)}{letter}"
    return str(number)


def _three_digits(number: int, unit: int) -> str:
    whole, rest = divmod(number, unit)
    decimals = 3 - len(str(whole))
    if decimals <= 0:
        return str(whole)
    return f"{whole}.{rest * 10**decimals // unit:0{decimals}}".rstrip("0").rstrip(".")


def _liking(chat_id: int, message: dict[str, Any]) -> float:
    """This post's own factor, the same at every look."""
    told = f"{chat_id} {message.get('media_group_id', message['message_id'])}"
    return 1 - VARIATION + 2 * VARIATION * zlib.crc32(told.encode()) / 0xFFFFFFFF
