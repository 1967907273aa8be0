"""What Telegram does with a content that may not be meant, and refuses nothing of."""

import re
from collections.abc import Iterator, Mapping
from html import unescape
from typing import Any

from apps.api.schemas.preflight import Warned
from apps.api.shown.shown_message import Shown, well_formed
from core.entity_links import checked_link, linked_emoji, linked_time, mentioned_user
from core.telegram_limits import ENTITIES, INLINE_BUTTONS_IN_A_ROW

NEAR_LIMIT = 0.1
"""So much is left."""
# No search goes on over where the next one begins: a long text of beginnings costs no more.
LINKS: Mapping[str, re.Pattern[str]] = {
    "html": re.compile(r"""<a\s[^>]{0,200}?href\s*=\s*["']([^"'>]*)""", re.IGNORECASE),
    "markdown": re.compile(r"\]\(([^]\n)]*)\)"),
    "markdownv2": re.compile(r"\]\(([^]\n)]*)\)"),
}
DROPPED_TOLD = 3
SHOWN = 60


def of_content(shown: Shown, source: str, options: Mapping[str, Any]) -> Iterator[Warned]:
    preview, left = shown.preview, shown.limit - shown.length
    if 0 <= left <= NEAR_LIMIT * shown.limit:
        text = f"{left} of {shown.limit:,} characters are left"
        yield Warned(code="near_limit", field="text", text=text)
    if (over := len(shown.parsed.entities) - ENTITIES) > 0:
        text = f"Telegram shows the first {ENTITIES} formatted pieces, and not the other {over}"
        yield Warned(code="formatting_dropped", field="text", text=text)
    for link in _dropped(source, options.get("parse_mode")):
        text = f"{link[:SHOWN]!r} is no link that Telegram takes: its text is shown without it"
        yield Warned(code="link_dropped", field="text", text=text)
    if preview.link:
        text = f"a preview of {preview.link[:SHOWN]} will be shown below the text"
        yield Warned(code="link_preview", field="link_preview_options", text=text)
    if any(len(row) > INLINE_BUTTONS_IN_A_ROW for row in preview.buttons):
        text = f"apps show {INLINE_BUTTONS_IN_A_ROW} buttons in a row, and not the others"
        yield Warned(code="wide_row", field="reply_markup", text=text)


def _dropped(source: str, mode: Any) -> list[str]:
    found = LINKS.get(mode.lower()) if isinstance(mode, str) else None
    links = found.findall(well_formed(source)) if found is not None else []
    wrote = [unescape(link) if mode.lower() == "html" else link for link in links]
    return list(dict.fromkeys(link for link in wrote if not _is_taken(link)))[:DROPPED_TOLD]


def _is_taken(link: str) -> bool:
    special = (mentioned_user(link), linked_emoji(link), linked_time(link))
    return bool(checked_link(link)) or any(special)
