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


def no_posting(lacks: Collection[Right], chat_type: str) -> str:
    """Why a bot that lacks these rights cannot post in a chat of this type; "" where it can."""
    if Right.POST not in lacks:
        return ""
    if chat_type == CHANNEL:
        return "the bot is no administrator who may post there"
    return "the bot is not in it" if is_out(lacks) else "the bot may not write there"


def why_no_posting(member: Mapping[str, Any], chat: Mapping[str, Any]) -> str:
    """The same for a bot that is this ChatMember of this ChatFullInfo."""
    why = no_posting(missing_rights(member, chat["type"]), chat["type"])
    may_write = (chat.get("permissions") or {}).get("can_send_messages", True)
    if not why and member["status"] == "member" and not may_write:
        return "only administrators write there"
    return why
