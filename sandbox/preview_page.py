"""A channel's preview page around its posts, and the contact page beside it."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from sandbox.chats import Chat
from sandbox.preview_post import photo, post_html
from sandbox.views import short_number

Message = dict[str, Any]
Post = Sequence[Message]

COUNTED = {"photo": "photo", "video": "video", "document": "file"}
STYLE = '<link rel="icon" href="/page/icon.svg"><link rel="stylesheet" href="/page/preview.css">'
LINKING = ("url", "text_link")


@dataclass(frozen=True, slots=True)
class Excerpt:
    """What one page shows of a channel, oldest post first, and whether there is more."""

    posts: Sequence[Post]
    older: bool = False
    newer: bool = False


def channel_html(chat: Chat, kept: Sequence[Message], excerpt: Excerpt, now: float) -> str:
    """The preview page. `kept` are all of the channel's messages: they are counted."""
    title = escape(chat.facts["title"])
    return (
        f'<!DOCTYPE html><html><head><meta charset="utf-8"><title>{title} – Telegram</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1.0">'
        f'<meta property="og:title" content="{title}">'
        f'<meta property="og:site_name" content="Telegram">{_relations(chat, excerpt)}'
        f"{STYLE}</head>"
        '<body class="widget_frame_base tgme_webpreview">'
        f'<header class="tgme_header">{_info(chat, kept)}{_header(chat)}</header>'
        f'<main class="tgme_main" data-url="/s/{chat.facts["username"]}">'
        '<section class="tgme_channel_history js-message_history">'
        f"{_history(chat, excerpt, now)}</section></main></body></html>"
    )


def contact_html(name: str, chat: Chat | None) -> str:
    """What stands at /NAME: whom one would meet there; the same for a name nobody has."""
    title = f"<span>{escape(chat.facts['title'])}</span>" if chat else ""
    extra = f"{chat.members:,} subscribers".replace(",", " ") if chat else ""
    verb = "view and join" if chat else "contact"
    return (
        '<!DOCTYPE html><html><head><meta charset="utf-8">'
        f"<title>Telegram: {verb.capitalize()} @{name}</title>{STYLE}</head>"
        '<body><div class="tgme_page_wrap"><div class="tgme_page">'
        f'<div class="tgme_page_title" dir="auto">{title}</div>'
        f'<div class="tgme_page_extra">{extra}</div>'
        '<div class="tgme_page_description">If you have <strong>Telegram</strong>, you can '
        f'{verb} <a class="tgme_username_link" href="tg://resolve?domain={name}">@{name}</a> '
        "right away.</div></div></div></body></html>"
    )


def _relations(chat: Chat, excerpt: Excerpt) -> str:
    shown = ""
    if excerpt.older:
        shown += f'<link rel="prev" href="{_older(chat, excerpt)}">'
    if excerpt.newer:
        shown += f'<link rel="next" href="{_newer(chat, excerpt)}">'
    return shown


def _older(chat: Chat, excerpt: Excerpt) -> str:
    return f"/s/{chat.facts['username']}?before={excerpt.posts[0][0]['message_id']}"


def _newer(chat: Chat, excerpt: Excerpt) -> str:
    return f"/s/{chat.facts['username']}?after={excerpt.posts[-1][-1]['message_id']}"


def _history(chat: Chat, excerpt: Excerpt, now: float) -> str:
    if not excerpt.posts:
        return (
            '<div class="tgme_widget_message_wrap js-widget_message_wrap">'
            '<div class="tgme_widget_message_centered"><div class="tme_no_messages_found">'
            "No posts found</div></div></div>"
        )
    shown = [post_html(chat, post, now) for post in excerpt.posts]
    if excerpt.older:
        shown.insert(0, _more(_older(chat, excerpt), "before"))
    if excerpt.newer:
        shown.append(_more(_newer(chat, excerpt), "after"))
    return "".join(shown)


def _more(link: str, direction: str) -> str:
    return (
        '<div class="tgme_widget_message_centered js-messages_more_wrap">'
        f'<a href="{link}" class="tme_messages_more js-messages_more" '
        f'data-{direction}="{link.rpartition("=")[2]}"></a></div>'
    )


def _header(chat: Chat) -> str:
    name, title = chat.facts["username"], escape(chat.facts["title"])
    return (
        f'<div class="tgme_header_info"><a class="tgme_header_link" href="/{name}">'
        '<div class="tgme_header_title_wrap"><div class="tgme_header_title">'
        f'<span dir="auto">{title}</span></div></div><div class="tgme_header_counter">'
        f"{short_number(chat.members)} {_plural('subscriber', chat.members)}</div></a></div>"
    )


def _info(chat: Chat, kept: Sequence[Message]) -> str:
    name, title = chat.facts["username"], escape(chat.facts["title"])
    counters = _counter("subscriber", chat.members)
    counters += "".join(_counter(what, count) for what, count in _counts(kept).items())
    return (
        '<div class="tgme_channel_info"><div class="tgme_channel_info_header">'
        f'{photo(chat)}<div class="tgme_channel_info_header_title_wrap">'
        f'<div class="tgme_channel_info_header_title"><span dir="auto">{title}</span></div></div>'
        '<div class="tgme_channel_info_header_username">'
        f'<a href="https://t.me/{name}">@{name}</a></div></div>'
        f'<div class="tgme_channel_info_counters">{counters}</div></div>'
    )


def _counts(kept: Sequence[Message]) -> Counter[str]:
    """How many photos, videos, files and links there are."""
    counts = Counter(COUNTED[kind] for message in kept for kind in COUNTED if kind in message)
    if links := sum(_links(message) for message in kept):
        counts["link"] = links
    return counts


def _links(message: Message) -> int:
    entities = message.get("entities") or message.get("caption_entities") or []
    return sum(entity["type"] in LINKING for entity in entities)


def _counter(what: str, count: int) -> str:
    return (
        '<div class="tgme_channel_info_counter">'
        f'<span class="counter_value">{short_number(count)}</span> '
        f'<span class="counter_type">{_plural(what, count)}</span></div>'
    )


def _plural(what: str, count: int) -> str:
    return what if count == 1 else f"{what}s"
