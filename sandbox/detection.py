"""What Telegram finds in a message's text by itself, added to what its sender marked."""

from typing import Any

from core import entity_detection


def detected(text: str) -> list[dict[str, Any]]:
    """MessageEntities, with offsets and lengths in UTF-16 units."""
    return [
        {"type": kind, "offset": offset, "length": length}
        for offset, length, kind in entity_detection.detected(text)
    ]


def with_detected(content: dict[str, Any]) -> dict[str, Any]:
    """A message's content with the entities found in its text or caption added to its own."""
    for text, entities in (("text", "entities"), ("caption", "caption_entities")):
        if text in content:
            every = [*content.get(entities, []), *detected(content[text])]
            every.sort(key=lambda entity: (entity["offset"], -entity["length"]))
            return {**content, **({entities: every} if every else {})}
    return content
