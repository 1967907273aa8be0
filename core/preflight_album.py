"""Albums: how many items, of which kinds, each with its own caption."""

from typing import Any

from core.bot_methods import ALBUM_ITEM, ALBUM_KINDS
from core.errors import InvalidContent
from core.preflight_text import CAPTION, check_text
from core.preflight_values import alternatives, items, one_of, record, typed
from core.telegram_limits import ALBUM_ITEMS

ALONE = ("document", "audio")  # in an album of their own kind only; photos and videos mix


def check_album(album: list[dict[str, Any]], field: str) -> None:
    items(check_item, ALBUM_ITEMS)(album, field)
    kinds = [item["type"] for item in album]
    for kind in ALONE:
        other = next((n for n, found in enumerate(kinds) if found != kind), None)
        if kind in kinds and other is not None:
            problem = f"is of type {kinds[other]}, in an album with type {kind}"
            remedy = f"an album with {kind} has nothing else"
            raise InvalidContent(f"{field}[{other}]", problem, remedy)


def check_item(item: Any, field: str) -> None:
    typed(dict)(item, field)
    if "type" not in item:
        raise InvalidContent(field, "lacks type", f"use {alternatives(ALBUM_KINDS)}")
    one_of(*ALBUM_KINDS)(item["type"], f"{field}.type")
    record(ALBUM_ITEM[item["type"]], required=("media",))(item, field)
    check_text(item, CAPTION, f"{field}.")
