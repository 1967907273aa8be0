"""A message's content with some of its options replaced: as `compose` would have made it."""

from collections.abc import Mapping
from typing import Any

from core.compose import LEGACY, OPTIONS, TEXTS, Check, compose
from core.errors import InvalidInput
from core.message import Content
from core.preflight import OPTION_OF, check

MESSAGE = "message"
FORMATTING = frozenset({"parse_mode", "entities"})


def revised(content: Content, changes: Mapping[str, Any], checked: Check = check) -> Content:
    """`changes` are send_message_task's options, and `message`; None takes one away.

    A new message loses the entities of the old one, whose places they name. Raises InvalidInput.
    """
    message, options = taken_apart(content)
    if MESSAGE in changes or _has_caption(changes.get("media")):
        options.pop("entities", None)
        message = changes.get(MESSAGE)
    if FORMATTING & changes.keys() and options.get("media"):
        options["media"][0].pop("parse_mode", None)
    for name in LEGACY.keys() & changes.keys():
        options.pop(LEGACY[name][0], None)
    options |= {name: value for name, value in changes.items() if name != MESSAGE}
    return compose(message, options, checked)


def taken_apart(content: Content) -> tuple[str | None, dict[str, Any]]:
    """The message and the options that it can be composed from. An album's message is the caption
    of its first item.
    """
    if content.method not in OPTIONS:
        raise InvalidInput("content", "is a forwarded message", "cancel it and make another")
    params = dict(content.params)
    holder = params
    if content.method == "sendMediaGroup":
        holder = dict(params["media"][0])
        params["media"] = [holder, *params["media"][1:]]
    message = next((holder.pop(name) for name in TEXTS if name in holder), None)
    if "caption_entities" in holder:
        params["caption_entities"] = holder.pop("caption_entities")
    return message, {OPTION_OF.get(name, name): value for name, value in params.items()}


def _has_caption(media: Any) -> bool:
    first = media[0] if isinstance(media, list) and media else None
    return isinstance(first, dict) and bool(first.get("caption"))
