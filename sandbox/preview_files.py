"""The files of a post on a preview page: links to the post, for nothing is kept to be shown."""

from collections.abc import Callable, Mapping, Sequence
from html import escape
from typing import Any

Message = dict[str, Any]
Show = Callable[[str, Message], str]

KINDS = ("photo", "video", "animation", "audio", "voice", "document")
"""In the order in which they are looked for: an animation is also told as a document."""


def file_html(name: str, message: Message) -> str:
    """The message's file, if it has one, in the channel of this username."""
    kind = _kind(message)
    return SHOWN[kind](f"https://t.me/{name}/{message['message_id']}", message) if kind else ""


def photo_html(name: str, message: Message) -> str:
    return _photo(f"https://t.me/{name}/{message['message_id']}", message)


def album_html(name: str, messages: Sequence[Message]) -> str:
    """Photos and videos lie on one layer; documents and tracks stand below each other."""
    shown = "".join(
        SHOWN[kind](f"https://t.me/{name}/{message['message_id']}?single", message)
        for message in messages
        if (kind := _kind(message))
    )
    if _kind(messages[0]) not in ("photo", "video"):
        return shown
    return (
        '<div class="tgme_widget_message_grouped_wrap js-message_grouped_wrap">'
        '<div class="tgme_widget_message_grouped js-message_grouped">'
        '<div class="tgme_widget_message_grouped_layer js-message_grouped_layer">'
        f"{shown}</div></div></div>"
    )


def _kind(message: Message) -> str:
    return next((kind for kind in KINDS if kind in message), "")


def _photo(link: str, message: Message) -> str:
    grouped = " grouped_media_wrap" if link.endswith("?single") else ""
    return (
        f'<a class="tgme_widget_message_photo_wrap{grouped} js-message_photo" href="{link}">'
        '<div class="tgme_widget_message_photo"></div></a>'
    )


def _video(link: str, message: Message) -> str:
    grouped = " grouped_media_wrap" if link.endswith("?single") else ""
    video = message.get("video") or message["animation"]
    return (
        f'<a class="tgme_widget_message_video_player{grouped} js-message_video_player" '
        f'href="{link}"><i class="tgme_widget_message_video_thumb"></i>'
        '<div class="tgme_widget_message_video_wrap"></div>'
        '<time class="message_video_duration js-message_video_duration">'
        f"{_duration(video)}</time></a>"
    )


def _document(link: str, message: Message) -> str:
    document = message.get("document") or message["audio"]
    title = document.get("title") or document.get("file_name", "")
    extra = document.get("performer") or _size(document)
    icon = " audio" if "audio" in message else ""
    return (
        f'<a class="tgme_widget_message_document_wrap" href="{link}">'
        f'<div class="tgme_widget_message_document_icon accent_bg{icon}"></div>'
        '<div class="tgme_widget_message_document">'
        '<div class="tgme_widget_message_document_title accent_color" dir="auto">'
        f"{escape(title)}</div>"
        '<div class="tgme_widget_message_document_extra" dir="auto">'
        f"{escape(extra)}</div></div></a>"
    )


def _voice(link: str, message: Message) -> str:
    return (
        f'<a class="tgme_widget_message_voice_player js-message_voice_player" href="{link}">'
        '<div class="tgme_widget_message_voice_progress_wrap"></div>'
        '<time class="tgme_widget_message_voice_duration js-message_voice_duration">'
        f"{_duration(message['voice'])}</time></a>"
    )


SHOWN: Mapping[str, Show] = {
    "photo": _photo,
    "video": _video,
    "animation": _video,
    "audio": _document,
    "voice": _voice,
    "document": _document,
}


def _duration(file: dict[str, Any]) -> str:
    minutes, seconds = divmod(int(file.get("duration", 0)), 60)
    return f"{minutes}:{seconds:02}"


def _size(file: dict[str, Any]) -> str:
    size_kb = file.get("file_size", 0) / 1024
    return f"{size_kb / 1024:.1f} MB" if size_kb >= 1024 else f"{size_kb:.1f} KB"
