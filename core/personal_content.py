"""A content whose texts name the recipient's fields."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from core.errors import InvalidContent
from core.message import Content
from core.personal import Escape, escape_of, fields_of, filled, filled_with_entities, in_url
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

TEXTS = {"text": "entities", "caption": "caption_entities"}
"""Arguments that may be personal, each with that of its entities."""

ON_BUTTONS: Mapping[str, Escape] = {"text": str, "url": in_url}
"""Of an inline button; within a URL a value is percent-encoded."""


def personal_fields(content: Content) -> frozenset[str]:
    """Those that the content names; none of them is an ordinary content."""
    return frozenset[str]().union(*map(fields_of, _texts(content.params)))


LONGEST_CHAT_ID: Final = str(-(2**52))
"""Telegram's ids have at most 52 significant bits."""


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
    check(personal(content, dict.fromkeys(personal_fields(content), "x")), names)


def check_personal(content: Content, known: frozenset[str], longest: Mapping[str, str]) -> None:
    """Raises InvalidContent where a field is not known, or where the content would not be taken
    with the longest value of each field, or with none at all. `longest` is of what `columns_of`
    asks for.
    """
    if unknown := sorted(personal_fields(content) - known - TAKEN.keys()):
        fields = ", ".join(sorted(known | TAKEN.keys()))
        raise InvalidContent(
            "message",
            f"nobody of this audience has a field {unknown[0]!r}",
            f"use one of {fields}; to show braces, double them: {{{{{unknown[0]}}}}}",
        )
    cases = (
        (values_of(longest, LONGEST_CHAT_ID), "the longest values"),
        (values_of({}, LONGEST_CHAT_ID), "empty values"),
    )
    for values, which in cases:
        try:
            check(personal(content, values))
        except InvalidContent as error:
            remedy = (
                f"{error.remedy}; or give placeholders something to stand instead: {{name|friend}}"
            )
            raise InvalidContent(error.field, f"with {which}, {error.problem}", remedy) from error


def _texts(params: Mapping[str, Any]) -> Iterator[str]:
    yield from (params[name] for name in TEXTS if isinstance(params.get(name), str))
    if isinstance(media := params.get("media"), list):
        for item in media:
            yield from _texts(item)
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
