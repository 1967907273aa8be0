"""One post on a preview page: the block that Telegram's own page shows it with.

The class names are Telegram's. An album is one block under its first message's id; every
file in it links to its own message with "?single". A service post has no views.
"""

import base64
from collections.abc import Sequence
from datetime import UTC, datetime
from hashlib import blake2b
from html import escape
from typing import Any

import orjson

from sandbox.chats import Chat, number_of
from sandbox.entity_html import entity_html
from sandbox.preview_files import album_html, file_html, photo_html
from sandbox.preview_service import told
from sandbox.views import is_service, short_number, views_of

Message = dict[str, Any]


def post_html(chat: Chat, messages: Sequence[Message], now: float) -> str:
    """The block of one message, or of an album's messages."""
    first = messages[0]
    name, service = chat.facts["username"], " service_message" if is_service(first) else ""
    return (
        '<div class="tgme_widget_message_wrap js-widget_message_wrap">'
        f'<div class="tgme_widget_message text_not_supported_wrap{service} js-widget_message" '
        f'data-post="{name}/{first["message_id"]}" data-view="{_token(chat, messages, now)}">'
        f'<div class="tgme_widget_message_user"><a href="https://t.me/{name}">{photo(chat)}</a>'
        f'</div><div class="tgme_widget_message_bubble">{_author(chat)}{_origin(first)}'
        f"{_reply(chat, first)}{_body(chat, messages)}{_buttons(first)}"
        f"{_reactions(first)}{_footer(chat, messages, now)}</div></div></div>"
    )


def photo(chat: Chat) -> str:
    """A channel's picture: its first letter on a colour."""
    letter = escape(chat.facts["title"][:1])
    return (
        f'<i class="tgme_widget_message_user_photo bgcolor{number_of(chat.id) % 7}" '
        f'data-content="{letter}"></i>'
    )


def _token(chat: Chat, messages: Sequence[Message], now: float) -> str:
    """What Telegram's page sends back to count a view: channel, post ("g": album), time, hash."""
    post = messages[0]["message_id"]
    seen = {"c": -number_of(chat.id), "p": f"{post}g" if len(messages) > 1 else post, "t": int(now)}
    digest = blake2b(orjson.dumps(seen), digest_size=9).hexdigest()
    return base64.urlsafe_b64encode(orjson.dumps({**seen, "h": digest})).decode().rstrip("=")


def _author(chat: Chat) -> str:
    return (
        '<div class="tgme_widget_message_author accent_color"><a '
        f'class="tgme_widget_message_owner_name" href="https://t.me/{chat.facts["username"]}">'
        f'<span dir="auto">{escape(chat.facts["title"])}</span></a></div>'
    )


def _origin(message: Message) -> str:
    origin = message.get("forward_origin")
    if origin is None:
        return ""
    source = origin.get("chat") or origin.get("sender_chat") or origin.get("sender_user") or {}
    name = source.get("title") or source.get("first_name") or origin.get("sender_user_name", "")
    shown = f'<span dir="auto">{escape(name)}</span>'
    if "username" in source and "message_id" in origin:
        link = f"https://t.me/{source['username']}/{origin['message_id']}"
        shown = (
            f'<a class="tgme_widget_message_forwarded_from_name" href="{escape(link)}">{shown}</a>'
        )
    return (
        '<div class="tgme_widget_message_forwarded_from accent_color">'
        f"Forwarded from&nbsp;{shown}</div>"
    )


def _reply(chat: Chat, message: Message) -> str:
    """The head of what it answers, in a text element of its own: not this post's text."""
    replied = message.get("reply_to_message")
    if replied is None:
        return ""
    text = replied.get("text") or replied.get("caption") or ""
    return (
        '<a class="tgme_widget_message_reply" '
        f'href="https://t.me/{chat.facts["username"]}/{replied["message_id"]}">'
        '<div class="tgme_widget_message_author accent_color">'
        '<span class="tgme_widget_message_author_name" dir="auto">'
        f"{escape(chat.facts['title'])}</span></div>"
        '<div class="tgme_widget_message_text js-message_reply_text" dir="auto">'
        f"{escape(text[:100])}</div></a>"
    )


def _body(chat: Chat, messages: Sequence[Message]) -> str:
    first, name = messages[0], chat.facts["username"]
    if is_service(first):
        return _text(told(chat, first)) + (
            photo_html(name, first) if "new_chat_photo" in first else ""
        )
    if len(messages) > 1:
        captions = [caption for message in messages if (caption := _caption(message))]
        return album_html(name, messages) + (_text(_text(captions[0])) if captions else "")
    files, caption = file_html(name, first), _caption(first)
    return files + (_text(caption) if caption else "")


def _caption(message: Message) -> str:
    if "text" in message:
        return entity_html(message["text"], message.get("entities", []))
    return entity_html(message.get("caption", ""), message.get("caption_entities", []))


def _text(shown: str) -> str:
    return f'<div class="tgme_widget_message_text js-message_text" dir="auto">{shown}</div>'


def _buttons(message: Message) -> str:
    """Only links can be pressed by somebody who is not there; the others are left out."""
    keyboard = message.get("reply_markup", {}).get("inline_keyboard", [])
    rows = [[button for button in row if "url" in button] for row in keyboard]
    shown = "".join(
        f'<div class="tgme_widget_message_inline_row">{"".join(map(_button, row))}</div>'
        for row in rows
        if row
    )
    return f'<div class="tgme_widget_message_inline_keyboard">{shown}</div>' if shown else ""


def _button(button: dict[str, Any]) -> str:
    return (
        '<a class="tgme_widget_message_inline_button url_button" '
        f'href="{escape(button["url"])}"><span class="tgme_widget_message_inline_button_text" '
        f'dir="auto">{escape(button["text"])}</span></a>'
    )


def _reactions(message: Message) -> str:
    shown = "".join(
        f'<span class="tgme_reaction"><i class="emoji"><b>{escape(_emoji(reaction["type"]))}</b>'
        f"</i>{short_number(reaction['total_count'])}</span>"
        for reaction in message.get("reactions", [])
    )
    classes = "tgme_widget_message_reactions js-message_reactions"
    return f'<div class="{classes}">{shown}</div>' if shown else ""


def _emoji(reaction: dict[str, Any]) -> str:
    """A custom one has no letter of its own; Telegram's page shows its picture."""
    return str(reaction.get("emoji", "*"))


def _footer(chat: Chat, messages: Sequence[Message], now: float) -> str:
    edited = any("edit_date" in message for message in messages)
    return (
        '<div class="tgme_widget_message_footer compact js-message_footer">'
        '<div class="tgme_widget_message_info short js-message_info">'
        f'{_views(chat, messages[0], now)}<span class="tgme_widget_message_meta">'
        f"{'edited &nbsp;' if edited else ''}{_date(chat, messages[0])}</span></div></div>"
    )


def _views(chat: Chat, message: Message, now: float) -> str:
    views = views_of(chat, message, now)
    if views is None:
        return ""
    unit = " view" if views == 1 else " views"
    return (
        f'<span class="tgme_widget_message_views">{short_number(views)}</span>'
        f'<span class="copyonly">{unit}</span>'
    )


def _date(chat: Chat, message: Message) -> str:
    when = datetime.fromtimestamp(message["date"], UTC)
    link = f"https://t.me/{chat.facts['username']}/{message['message_id']}"
    return (
        f'<a class="tgme_widget_message_date" href="{link}"><time '
        f'datetime="{when.isoformat(timespec="seconds")}" class="time">{when:%H:%M}</time></a>'
    )
