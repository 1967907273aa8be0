"""A content whose texts name the recipient's fields."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, Literal

from core.errors import InvalidContent
from core.message import Content
from core.personal import (
    Escape,
    escape_of,
    fields_of,
    filled,
    filled_with_entities,
    in_url,
    is_escapable,
    misspelt,
    placeholders,
)
from core.preflight import check

TAKEN: Final[Mapping[str, tuple[str, ...]]] = {
    "first_name": ("first_name",),
    "last_name": ("last_name",),
    "name": ("first_name", "last_name"),
    "username": ("username",),
    "language": ("language_code",),
    "zone": ("zone",),
    "chat_id": (),
}
"""Fields that every recipient has, though they may be empty; and of which columns they are made."""

Which = Literal["longest", "empty"]
"""Which values it is that make a content unfit."""

TOLD: Final[Mapping[Which, str]] = {"longest": "the longest values", "empty": "empty values"}

TEXTS = {"text": "entities", "caption": "caption_entities"}
"""Arguments that may be personal, each with that of its entities."""

ON_BUTTONS: Mapping[str, Escape] = {"text": str, "url": in_url}
"""Of an inline button; within a URL a value is percent-encoded."""


LONGEST_CHAT_ID: Final = str(-(2**52))
"""Telegram's ids have at most 52 significant bits."""

MOST_COLUMNS: Final = 50
"""A recipient's values become JSON by one call of a function, which takes each name and each value:
Postgres's functions take 100 arguments (FUNC_MAX_ARGS), SQLite's 127.
"""


class UnknownField(InvalidContent):
    """The content names the field `name`, which nobody has; `known` are those that there are."""

    def __init__(self, name: str, known: Sequence[str]) -> None:
        self.name, self.known = name, known
        problem = f"nobody of this audience has a field {name!r}"
        remedy = f"use one of {', '.join(known)}; to show braces, double them: {{{{{name}}}}}"
        super().__init__("message", problem, remedy)


class Misspelt(InvalidContent):
    """`written` looks like a placeholder, and is none."""

    def __init__(self, written: str) -> None:
        self.written = written
        remedy = "write {first_name}; to show braces, double them: {{first_name}}"
        super().__init__("message", f"{written!r} is no placeholder", remedy)


class UnfitForSome(InvalidContent):
    """Telegram would refuse `shown`, which is what somebody would get: with `which` values."""

    def __init__(self, which: Which, shown: Content, refused: InvalidContent) -> None:
        self.which, self.shown = which, shown
        instead = "give placeholders something to stand instead: {name|friend}"
        remedy = f"{refused.remedy}; or {instead}" if refused.remedy else instead
        super().__init__(refused.field, f"with {TOLD[which]}, {refused.problem}", remedy)


def personal_fields(content: Content) -> frozenset[str]:
    """Those that the content names."""
    return frozenset[str]().union(*map(fields_of, _texts(content.params)))


def is_personal(content: Content) -> bool:
    """Whether it has to be filled: also where it names no field, but has braces to be shown."""
    return any(map(placeholders, _texts(content.params)))


def columns_of(fields: Iterable[str]) -> tuple[str, ...]:
    """What has to be known of a recipient so that `values_of` can tell these fields."""
    return tuple(
        dict.fromkeys(name for each in sorted(fields) for name in TAKEN.get(each, (each,)))
    )


def values_of(known: Mapping[str, Any], chat_id: str) -> dict[str, str]:
    """The fields of one recipient, from what `columns_of` asked for."""
    values = {name: str(value) for name, value in known.items() if value is not None}
    name = f"{values.get('first_name', '')} {values.get('last_name', '')}".strip()
    language = values.get("language_code", "")
    return {**values, "name": name, "language": language, "chat_id": chat_id}


def personal(content: Content, values: Mapping[str, str]) -> Content:
    """As one recipient gets it. `values` need not have every field."""
    params = _text_filled(content.params, values)
    if isinstance(media := params.get("media"), list):
        params["media"] = [_text_filled(item, values) for item in media]
    if rows := _buttons(params):
        keyboard = [[_button_filled(button, values) for button in row] for row in rows]
        params["reply_markup"] = {**params["reply_markup"], "inline_keyboard": keyboard}
    return Content(content.method, params)


def check_template(content: Content, names: Mapping[str, str]) -> None:
    """As core.preflight.check, with something in the place of each placeholder."""
    try:
        check_placeholders(content)
        shown = personal(content, dict.fromkeys(personal_fields(content), "x"))
    except (AttributeError, KeyError, TypeError):  # it has not the shape of a content
        check(content, names)
        raise
    check(shown, names)


def check_placeholders(content: Content) -> None:
    """Raises InvalidContent for more of them than can be filled, or where they cannot be."""
    columns = len(columns_of(personal_fields(content)))
    if columns > MOST_COLUMNS:
        problem = f"names {columns} fields, more than {MOST_COLUMNS}"
        raise InvalidContent("message", problem, "leave some out; {name} counts as two")
    if any(map(_is_unescapable, _holders(content.params))):
        problem = "has placeholders, which the old Markdown cannot hold"
        raise InvalidContent("message", problem, "use MarkdownV2 or HTML")


def check_spelling(content: Content) -> None:
    """Raises Misspelt for what everybody would see as it is written, and nobody has meant so."""
    if written := next(filter(None, map(misspelt, _texts(content.params))), ""):
        raise Misspelt(written)


def check_personal(content: Content, known: frozenset[str], longest: Mapping[str, str]) -> None:
    """Raises InvalidContent as `check_placeholders`, UnknownField for a field that is not known,
    and UnfitForSome where the content would not be taken with the longest value of each field, or
    with none at all. `longest` is of what `columns_of` asks for.
    """
    check_placeholders(content)
    if unknown := sorted(personal_fields(content) - known - TAKEN.keys()):
        raise UnknownField(unknown[0], sorted(known | TAKEN.keys()))
    values: Mapping[Which, Mapping[str, str]] = {"longest": longest, "empty": {}}
    for which, of_one in values.items():
        shown = personal(content, values_of(of_one, LONGEST_CHAT_ID))
        try:
            check(shown)
        except InvalidContent as refused:
            raise UnfitForSome(which, shown, refused) from refused


def _holders(params: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """What has a text and its parse mode: the message, or the items of an album."""
    yield params
    if isinstance(media := params.get("media"), list):
        yield from media


def _is_unescapable(holder: Mapping[str, Any]) -> bool:
    return not is_escapable(holder.get("parse_mode")) and any(map(fields_of, _own_texts(holder)))


def _own_texts(holder: Mapping[str, Any]) -> Iterator[str]:
    yield from (holder[name] for name in TEXTS if isinstance(holder.get(name), str))


def _texts(params: Mapping[str, Any]) -> Iterator[str]:
    for holder in _holders(params):
        yield from _own_texts(holder)
    for row in _buttons(params):
        yield from (button[name] for button in row for name in ON_BUTTONS if name in button)


def _buttons(params: Mapping[str, Any]) -> list[list[dict[str, Any]]]:
    markup = params.get("reply_markup")
    rows = markup.get("inline_keyboard") if isinstance(markup, dict) else None
    return rows or []


def _text_filled(params: Mapping[str, Any], values: Mapping[str, str]) -> dict[str, Any]:
    changed = dict(params)
    escape = escape_of(params.get("parse_mode"))
    for name, entities in TEXTS.items():
        if isinstance(params.get(name), str):
            changed |= _one_filled(params, name, entities, values, escape)
    return changed


def _one_filled(
    params: Mapping[str, Any], name: str, entities: str, values: Mapping[str, str], escape: Escape
) -> dict[str, Any]:
    given = params.get(entities)
    if not given:
        return {name: filled(params[name], values, escape)}
    text, moved = filled_with_entities(params[name], given, values, escape)
    return {name: text, entities: moved}


def _button_filled(button: Mapping[str, Any], values: Mapping[str, str]) -> dict[str, Any]:
    texts = {name: escape for name, escape in ON_BUTTONS.items() if name in button}
    return {
        **button,
        **{name: filled(button[name], values, escape) for name, escape in texts.items()},
    }
