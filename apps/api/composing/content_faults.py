"""Everything that is wrong with a message's content: what compose tells one at a time."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from core.compose import compose
from core.errors import InvalidInput
from core.message import Content

MOST = 12
"""Faults that are told; who has mended these asks again."""
MESSAGE, TEXT = "message", "text"
TEXT_FIELDS = frozenset({MESSAGE, TEXT, "caption"})
FORMATTING = ("parse_mode", "entities")
STAND_IN = "x"
GOOD_BUTTON = {"text": STAND_IN, "url": "https://example.org"}
BUTTON = re.compile(r"reply_markup\.inline_keyboard\[(\d+)]\[(\d+)]")
ROOT = re.compile(r"[^.\[]*")


@dataclass(slots=True)
class Looked:
    """`content` is None where something is wrong with it; `faults` name the API's fields."""

    content: Content | None
    faults: list[InvalidInput] = field(default_factory=list)


def look(text: str | None, options: Mapping[str, Any]) -> Looked:
    """What is at fault is put right, so that what is behind it comes to light."""
    looked = Looked(None)
    for _ in range(MOST):
        try:
            content = compose(text, options)
        except InvalidInput as fault:
            looked.faults.append(called_as_here(fault))
            mended = _mended(text, options, fault.field)
            if mended is None:
                return looked
            text, options = mended
            continue
        looked.content = None if looked.faults else content
        return looked
    return looked


def called_as_here(fault: InvalidInput) -> InvalidInput:
    """A task calls the text "message", the API "text"."""
    root = _root(fault.field)
    if root != MESSAGE:
        return fault
    return InvalidInput(TEXT + fault.field[len(root) :], fault.problem, fault.remedy)


def _mended(
    text: str | None, options: Mapping[str, Any], at_fault: str
) -> tuple[str | None, Mapping[str, Any]] | None:
    """None where nothing can be left out any more."""
    if (place := BUTTON.match(at_fault)) is not None:
        keyboard = _with_good_button(options, int(place[1]), int(place[2]))
        return (text, {**options, "reply_markup": keyboard}) if keyboard else None
    root = _root(at_fault)
    if root in options:
        return text, {name: value for name, value in options.items() if name != root}
    if root in TEXT_FIELDS and text is not None:
        plain = {name: value for name, value in options.items() if name not in FORMATTING}
        return (None if text == STAND_IN else STAND_IN), plain
    return (STAND_IN, options) if root in TEXT_FIELDS else None


def _with_good_button(options: Mapping[str, Any], row: int, column: int) -> dict[str, Any] | None:
    """None where the keyboard came as a text."""
    markup = options.get("reply_markup")
    if not isinstance(markup, Mapping):
        return None
    rows = [list(each) for each in markup["inline_keyboard"]]
    if rows[row][column] == GOOD_BUTTON:
        return None
    rows[row][column] = GOOD_BUTTON
    return {**markup, "inline_keyboard": rows}


def _root(name: str) -> str:
    found = ROOT.match(name)
    assert found is not None, "it matches nothing, if need be"
    return found[0]
