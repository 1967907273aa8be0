"""What a channel's service messages say on its preview page."""

from collections.abc import Callable, Mapping
from html import escape
from typing import Any

from sandbox.chats import Chat

Message = dict[str, Any]


def told(chat: Chat, message: Message) -> str:
    """Its text, as HTML."""
    return next(say(chat, message) for name, say in SAID.items() if name in message)


def _pinned(chat: Chat, message: Message) -> str:
    pinned = message["pinned_message"]
    text = pinned.get("text") or pinned.get("caption")
    what = f"«{_strong(text)}»" if text else "a message"
    return (
        '<a class="tgme_widget_message_author_name" '
        f'href="https://t.me/{chat.facts["username"]}">'
        f'<span dir="auto">{escape(chat.facts["title"])}</span></a> pinned {what}'
    )


def _strong(text: str) -> str:
    return f'<span class="tgme_widget_service_strong_text" dir="auto">{escape(text[:60])}</span>'


SAID: Mapping[str, Callable[[Chat, Message], str]] = {
    "pinned_message": _pinned,
    "channel_chat_created": lambda _, __: "Channel created",
    "new_chat_title": lambda _, m: f"Channel name was changed to «{_strong(m['new_chat_title'])}»",
    "new_chat_photo": lambda _, __: "Channel photo updated",
    "delete_chat_photo": lambda _, __: "Channel photo removed",
}
