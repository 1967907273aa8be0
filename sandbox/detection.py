"""What Telegram finds in a person's text by itself: commands, names, tags, links."""

import re
from collections.abc import Iterator
from typing import Any

FOUND = re.compile(
    r"""(?P<url>(?:https?://|www\.)[^\s<>"]*[^\s<>".,;:!?'()\[\]{}]
          |\b(?:[a-z0-9-]+\.)+(?:com|org|net|info|io|me|dev|app|de|fr|uk|ru|eu)\b
           (?:/[^\s<>"]*[^\s<>".,;:!?'()\[\]{}])?(?!@))
    |(?P<email>\b[\w.+-]+@[\w-]+(?:\.[\w-]+)+)
    |(?<![\w/@])(?P<bot_command>/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?)(?![\w/])
    |(?<![\w@])(?P<mention>@[A-Za-z][A-Za-z0-9_]{3,31})\b
    |(?<![\w#])(?P<hashtag>\#\w*[^\W\d]\w*)
    |(?<![\w$])(?P<cashtag>\$[A-Z]{1,8})\b""",
    re.VERBOSE,
)
"""Of names without http:// only those under some common top-level domains are links."""


def detected(text: str) -> list[dict[str, Any]]:
    """MessageEntities, with offsets and lengths in UTF-16 units."""
    return [
        {"type": kind, "offset": _units(text[:start]), "length": _units(text[start:end])}
        for kind, start, end in _spans(text)
    ]


def with_detected(content: dict[str, Any]) -> dict[str, Any]:
    """A message's content with the entities found in its text or caption added to its own."""
    for text, entities in (("text", "entities"), ("caption", "caption_entities")):
        if text in content:
            every = [*content.get(entities, []), *detected(content[text])]
            every.sort(key=lambda entity: (entity["offset"], -entity["length"]))
            return {**content, **({entities: every} if every else {})}
    return content


def _spans(text: str) -> Iterator[tuple[str, int, int]]:
    for found in FOUND.finditer(text):
        assert found.lastgroup is not None
        yield found.lastgroup, found.start(found.lastgroup), found.end(found.lastgroup)


def _units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
