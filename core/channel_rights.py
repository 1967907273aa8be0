"""What our bot may do in a chat, as Telegram's ChatMember tells it.

https://core.telegram.org/bots/api#chatmember: in a channel only administrators act, and who
edits messages also pins them; in a group every member writes, unless restricted.
"""

from collections.abc import Collection, Mapping
from enum import StrEnum
from typing import Any

CHANNEL = "channel"


class Right(StrEnum):
    """In the order of their weight: without the first nothing can be published."""

    POST = "post"
    EDIT = "edit"
    DELETE = "delete"
    PIN = "pin"


ALL = tuple(Right)

_IN_CHANNELS = {
    Right.POST: "can_post_messages",
    Right.EDIT: "can_edit_messages",
    Right.DELETE: "can_delete_messages",
    Right.PIN: "can_edit_messages",
}
_IN_GROUPS = {Right.DELETE: "can_delete_messages", Right.PIN: "can_pin_messages"}


def missing_rights(member: Mapping[str, Any], chat_type: str) -> tuple[Right, ...]:
    """Those that the ChatMember `member` lacks in a chat of this type."""
    status = member["status"]
    if status == "creator":
        return ()
    if chat_type == CHANNEL:
        return _lacking(member, _IN_CHANNELS) if status == "administrator" else ALL
    if status in ("left", "kicked") or (status == "restricted" and not member.get("is_member")):
        return ALL
    unsaid = () if status != "restricted" or member.get("can_send_messages") else (Right.POST,)
    return (*unsaid, *_lacking(member, _IN_GROUPS))


def is_out(lacks: Collection[Right]) -> bool:
    """Whether it lacks everything: it is not in the chat, or in a channel no administrator."""
    return set(lacks) == set(ALL)


def _lacking(member: Mapping[str, Any], needed: Mapping[Right, str]) -> tuple[Right, ...]:
    return tuple(right for right, flag in needed.items() if not member.get(flag))
