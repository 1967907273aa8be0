"""A message as a preview shows it, whatever is wrong with it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from apps.api.schemas.preflight import Button, Media, Preview
from apps.api.shown.preview import SCHEMES, first_link, preview_html
from core.bot_methods import MEDIA
from core.compose import SELECTS
from core.entities import Entity, EntityError, Parsed, clean, parse
from core.entity import PRIORITIES
from core.entity_links import checked_link
from core.message import Content
from core.preflight_keyboard import LOOK
from core.telegram_limits import CAPTION_CHARACTERS, TEXT_CHARACTERS

ENTITIES = ("entities", "caption_entities")
DETAILS = ("url", "language", "custom_emoji_id", "unix_time", "date_time_format")
BUTTONS_SHOWN = 100


@dataclass(frozen=True, slots=True)
class Shown:
    """`parsed` is the text that people see, of one that cannot be parsed the source."""

    parsed: Parsed
    preview: Preview
    limit: int

    @property
    def length(self) -> int:
        return self.parsed.characters


def shown(text: str, options: Mapping[str, Any], content: Content | None) -> Shown:
    """`content` is what became of them; None where something is wrong."""
    method = content.method if content is not None else _method(options)
    parsed = _parsed(text, options, content)
    limit = TEXT_CHARACTERS if method == "sendMessage" else CAPTION_CHARACTERS
    preview = Preview(
        html=preview_html(parsed),
        method=method,
        media=list(_media(options)),
        caption_above=options.get("show_caption_above_media") is True,
        buttons=list(_rows(options.get("reply_markup"))),
        link=well_formed(_link(method, parsed, options)),
        silent=options.get("disable_notification") is True,
        protected=options.get("protect_content") is True,
    )
    return Shown(parsed, preview, limit)


def well_formed(text: str) -> str:
    """Without halves of surrogate pairs, which JSON cannot carry."""
    return text.encode("utf-8", "replace").decode()


def _method(options: Mapping[str, Any]) -> str:
    return next((made for name, made in SELECTS.items() if name in options), "sendMessage")


def _parsed(text: str, options: Mapping[str, Any], content: Content | None) -> Parsed:
    mode = options.get("parse_mode")
    try:
        parsed = parse(text, mode if isinstance(mode, str) else None)
    except EntityError:
        return clean(Parsed(text))
    if content is None or mode:
        return clean(parsed)
    return clean(Parsed(text, tuple(entities_of(content))))


def entities_of(content: Content) -> Iterator[Entity]:
    """Entities that were given as such; Telegram finds the other types by itself."""
    album = content.params.get("media")
    holders = [content.params, *(album if isinstance(album, list) else ())]
    listed: list[Any] = next(
        (each[name] for each in holders for name in ENTITIES if name in each), []
    )
    for each in sorted(listed, key=lambda entity: (entity["offset"], -entity["length"])):
        if each["type"] in PRIORITIES:
            details = {name: each.get(name) for name in DETAILS}
            user_id = each.get("user", {}).get("id")
            yield Entity(each["type"], each["offset"], each["length"], user_id=user_id, **details)


def _link(method: str, parsed: Parsed, options: Mapping[str, Any]) -> str:
    preview = _decoded(options.get("link_preview_options"))
    asked = preview if isinstance(preview, Mapping) else {}
    off = asked.get("is_disabled") or options.get("disable_web_page_preview")
    if method != "sendMessage" or off is True:
        return ""
    named = asked.get("url")
    return (checked_link(named) if isinstance(named, str) else "") or first_link(parsed)


def _media(options: Mapping[str, Any]) -> Iterator[Media]:
    album = _decoded(options.get("media"))
    for item in album if isinstance(album, list) else ():
        if isinstance(item, Mapping):
            yield _file(_text(item.get("type")), item.get("media"), item)
    for kind in MEDIA:
        if kind in options:
            yield _file(kind, options[kind], options)


def _file(kind: str, file: Any, more: Mapping[str, Any]) -> Media:
    url = _text(file) if _text(file).startswith(("http://", "https://")) else ""
    return Media(kind=kind, url=url, spoiler=more.get("has_spoiler") is True)


def _rows(markup: Any) -> Iterator[list[Button]]:
    keyboard = _decoded(markup)
    rows = keyboard.get("inline_keyboard") if isinstance(keyboard, Mapping) else None
    for row in (rows if isinstance(rows, list) else [])[:BUTTONS_SHOWN]:
        if isinstance(row, list):
            yield [_button(each) for each in row[:BUTTONS_SHOWN] if isinstance(each, Mapping)]


def _button(button: Mapping[str, Any]) -> Button:
    does = next((str(name) for name in button if name not in LOOK), "")
    link = checked_link(_text(button.get("url")))
    url = link if link.startswith(SCHEMES) else ""
    return Button(text=_text(button.get("text")), url=well_formed(url), does=well_formed(does))


def _decoded(value: Any) -> Any:
    """Such options may come as Telegram's own JSON text of them."""
    if not isinstance(value, str):
        return value
    try:
        return orjson.loads(value)
    except (ValueError, UnicodeError):
        return None


def _text(value: Any) -> str:
    return well_formed(value) if isinstance(value, str) else ""
