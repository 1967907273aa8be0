"""A fault's words: what Telegram says no with."""

from typing import Any

from sandbox.chats import Chat, type_of
from sandbox.faults import Fault, Kind, supergroup_of
from sandbox.refusals import Refusal, bad_request, too_many_requests

ANSWERS = {
    500: "Internal Server Error",
    502: "Bad Gateway",
    503: "Service Unavailable",
    504: "Gateway Timeout",
}
SENT = {
    "sendPhoto": "photos",
    "sendVideo": "videos",
    "sendDocument": "documents",
    "sendAnimation": "animations",
    "sendAudio": "music",
    "sendVoice": "voice notes",
    "sendVideoNote": "video notes",
    "sendSticker": "stickers",
    "sendPoll": "polls",
    "sendMediaGroup": "photos",
}
PINNING = "not enough rights to manage pinned messages in the chat"
DELETING = "message can't be deleted for everyone"
EDITING = "message can't be edited"
DEEDS = {
    **dict.fromkeys(("pinChatMessage", "unpinChatMessage", "unpinAllChatMessages"), PINNING),
    **dict.fromkeys(("deleteMessage", "deleteMessages"), DELETING),
    **{f"editMessage{what}": EDITING for what in ("Text", "Caption", "Media", "ReplyMarkup")},
}
"""What lacks where a method is no send."""


def refusal_of(fault: Fault, method: str, chat: Chat | None) -> Refusal:
    """Telegram's words for the fault."""
    if fault.kind is Kind.FLOOD:
        return too_many_requests(fault.retry_after)
    if fault.kind is Kind.MIGRATED:
        return _migrated(fault, chat)
    chat_type = chat.type if chat else type_of(-1)
    code, description = {
        Kind.BLOCKED: (403, "Forbidden: bot was blocked by the user"),
        Kind.DEACTIVATED: (403, "Forbidden: user is deactivated"),
        Kind.KICKED: (403, f"Forbidden: bot was kicked from the {chat_type} chat"),
        Kind.NO_RIGHTS: (400, f"Bad Request: {lack_of_rights(method)}"),
        Kind.NOT_FOUND: (400, "Bad Request: chat not found"),
    }[fault.kind]
    return Refusal(code, fault.description or description)


def lack_of_rights(method: str) -> str:
    sent = SENT.get(method, "text messages")
    return DEEDS.get(method, f"not enough rights to send {sent} to the chat")


def _migrated(fault: Fault, chat: Chat | None) -> Refusal:
    refusal = bad_request("group chat was upgraded to a supergroup chat")
    refusal.parameters["migrate_to_chat_id"] = _new_id(fault, chat)
    return refusal


def _new_id(fault: Fault, chat: Chat | None) -> Any:
    if fault.to is not None or chat is None:
        return fault.to
    return supergroup_of(chat.id)
