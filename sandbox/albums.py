"""Several files in one post, and each of them as it is described."""

from typing import Any

from core.telegram_limits import ALBUM_ITEMS
from sandbox.arguments import Arguments, Upload
from sandbox.formatting import caption_of
from sandbox.media import content_of
from sandbox.options import options_of
from sandbox.refusals import bad_request
from sandbox.telegram import Call, Telegram

KINDS = ("photo", "video", "document", "audio")

Draft = dict[str, Any]


def send_media_group(telegram: Telegram, call: Call) -> list[Draft]:
    media = call.arguments.nested("media", "media")
    if not isinstance(media, list):
        raise bad_request("expected an Array of InputMedia")
    if not media:
        raise bad_request("there are no messages to send")
    if len(media) not in ALBUM_ITEMS:
        told = "few" if len(media) < ALBUM_ITEMS.start else "many"
        raise bad_request(f"too {told} messages to send as an album")
    items = [album_item(item, call.arguments) for item in media]
    _check_mixture([item["type"] for item in media])
    group = {"media_group_id": str(call.target.last_message_id + 1)}
    options = options_of(telegram, call)
    return [item | options | group for item in items]


def album_item(item: Any, arguments: Arguments, kinds: tuple[str, ...] = KINDS) -> Draft:
    """The content that an InputMedia of one of these kinds describes."""
    if not isinstance(item, dict):
        raise bad_request("can't parse InputMedia: expected an Object")
    if item.get("type") not in kinds:
        raise bad_request("can't parse InputMedia: invalid media type specified")
    if not isinstance(item.get("media"), str):
        raise bad_request("can't parse InputMedia: media not found")
    uploads = {n: v for n, v in arguments.values.items() if isinstance(v, Upload)}
    own = Arguments({**uploads, **item})
    return content_of(item["type"], own.text("media"), own) | caption_of(own)


def _check_mixture(kinds: list[str]) -> None:
    for kind in ("document", "audio"):
        if kind in kinds and len(set(kinds)) > 1:
            raise bad_request(f"{kind} can't be mixed with other media types")
