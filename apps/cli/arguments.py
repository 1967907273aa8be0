"""Arguments that the parser of the command line needs help with."""

import json
import re
from collections.abc import Iterable
from typing import Any

from typer.core import TyperCommand

from core.errors import InvalidInput

NEGATIVE = re.compile(r"-[0-9]+", re.ASCII)


class ChatCommand(TyperCommand):
    """Takes a chat id such as -1001234567890 for what it is, not for a row of options."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        # The first such word is the chat; a blank in front keeps it from looking like an option,
        # and parse_chat_id takes it off again.
        place = next((n for n, word in enumerate(args) if NEGATIVE.fullmatch(word)), None)
        if place is not None and "--" not in args[:place]:
            args = [*args[:place], f" {args[place]}", *args[place + 1 :]]
        return super().parse_args(ctx, args)


def option_pairs(pairs: Iterable[str]) -> dict[str, Any]:
    """NAME=VALUE, each value read as JSON where it is JSON, else as text."""
    options = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not name or not equals:
            raise InvalidInput("--option", f"{pair[:40]!r} is not NAME=VALUE")
        options[name.strip().replace("-", "_")] = _value(value)
    return options


def _value(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text
