"""Text and captions: parsed, cleaned and measured as Telegram does it."""

from collections.abc import Callable
from typing import Any

from core.entities import Entity, EntityError, Parsed, clean, parse, parser_of, utf16_length
from core.entity import PRIORITIES
from core.telegram_limits import CAPTION_CHARACTERS, ENTITIES, TEXT_CHARACTERS
from sandbox.arguments import Arguments
from sandbox.refusals import Refusal, bad_request

DETECTED = frozenset(
    {
        *("mention", "hashtag", "cashtag", "bot_command", "url", "email", "phone_number"),
        "bank_card_number",
    }
)
"""Entities that Telegram finds itself; those named in a request are passed over."""


def text_of(arguments: Arguments) -> dict[str, Any]:
    """`text` and `entities` of sendMessage."""
    parsed = formatted(arguments, "text", "entities")
    if parsed.is_blank:
        raise bad_request("message text is empty")
    if parsed.characters > TEXT_CHARACTERS:
        raise bad_request("message is too long")
    return _content(parsed, "text", "entities")


def caption_of(arguments: Arguments) -> dict[str, Any]:
    """`caption` and `caption_entities`; nothing where there is no caption."""
    parsed = formatted(arguments, "caption", "caption_entities")
    if parsed.characters > CAPTION_CHARACTERS:
        raise bad_request("message caption is too long")
    return {} if parsed.is_blank else _content(parsed, "caption", "caption_entities")


def formatted(arguments: Arguments, text_name: str, entities_name: str) -> Parsed:
    """The text as it will be shown. A parse_mode wins over a list of entities."""
    text, mode = arguments.text(text_name), arguments.text("parse_mode")
    if mode and mode.lower() != "none":
        return _parsed(text, mode)
    listed = (
        arguments.nested(entities_name, "entities") if entities_name in arguments.values else None
    )
    if not listed:
        return _plain(text)
    return clean(Parsed(text, _listed(listed, utf16_length(text))))


def _plain(text: str) -> Parsed:
    """Most texts are clean already, and cleaning costs as much as all the rest of a send."""
    if text.isascii() and text.isprintable() and text[:1] != " " != text[-1:]:
        return Parsed(text)
    return clean(Parsed(text))


def _parsed(text: str, mode: str) -> Parsed:
    if parser_of(mode) is None:
        raise bad_request("unsupported parse_mode")
    try:
        return clean(parse(text, mode))
    except EntityError as error:
        raise bad_request(error.description) from None


def _content(parsed: Parsed, text_name: str, entities_name: str) -> dict[str, Any]:
    if not parsed.entities:
        return {text_name: parsed.text}
    entities = [entity.as_json() for entity in parsed.entities[:ENTITIES]]
    return {text_name: parsed.text, entities_name: entities}


def _listed(listed: Any, end: int) -> tuple[Entity, ...]:
    if not isinstance(listed, list):
        raise bad_request("can't parse entities JSON object: expected an Array")
    entities = (_entity(item) for item in listed)
    known = [entity for entity in entities if entity is not None and entity.length > 0]
    for entity in known:
        if entity.end > end:
            raise bad_request(
                f"entity beginning at UTF-16 offset {entity.offset} ends after the end of "
                f"the text at UTF-16 offset {entity.end}"
            )
    return tuple(sorted(known, key=lambda e: (e.offset, -e.length, PRIORITIES[e.type])))


def _entity(item: Any) -> Entity | None:
    if not isinstance(item, dict):
        raise _malformed("MessageEntity must be an Object")
    kind = _field(item, "type", str)
    if kind in DETECTED:
        return None
    if kind not in PRIORITIES:
        raise _malformed("Unsupported type specified")
    offset, length = _field(item, "offset", int), _field(item, "length", int)
    if offset < 0 or length < 0:
        raise bad_request(f"entity at UTF-16 offset {offset} has a wrong length or offset")
    return Entity(kind, offset, length, **_details(item, kind))


def _details(item: dict[str, Any], kind: str) -> dict[str, Any]:
    """What an entity of this type has beside its place."""
    read: dict[str, Callable[[], dict[str, Any]]] = {
        "text_link": lambda: {"url": _field(item, "url", str)},
        "text_mention": lambda: {"user_id": _field(_field(item, "user", dict), "id", int)},
        "custom_emoji": lambda: {"custom_emoji_id": _field(item, "custom_emoji_id", str)},
        "pre": lambda: {"language": item["language"]} if _is_text(item, "language") else {},
        "date_time": lambda: {
            "unix_time": _field(item, "unix_time", int),
            "date_time_format": item.get("date_time_format"),
        },
    }
    return read[kind]() if kind in read else {}


def _is_text(item: dict[str, Any], name: str) -> bool:
    return isinstance(item.get(name), str)


def _field(item: dict[str, Any], name: str, kind: type) -> Any:
    if name not in item:
        raise _malformed(f'Can\'t find field "{name}"')
    value = item[name]
    if not isinstance(value, kind) or isinstance(value, bool):
        told = {str: "String", int: "Number", dict: "Object"}[kind]
        raise _malformed(f'Field "{name}" must be of type {told}')
    return value


def _malformed(problem: str) -> Refusal:
    return bad_request(f"can't parse MessageEntity: {problem}")
