"""A long text in little room, cut between what is seen as characters."""

import unicodedata

from core.entity import utf16_length

ELLIPSIS = "…"
JOINER = "\u200d"
SKIN_TONES = range(0x1F3FB, 0x1F400)
FLAGS = range(0x1F1E6, 0x1F200)
TAGS = range(0xE0020, 0xE0080)
WITHOUT_SPACE = range(0xFE00, 0xFE10)


def one_line(text: str, units: int) -> str:
    """Its words on one line, of so many UTF-16 units at most."""
    return cut(" ".join(text.split()), units)


def cut(text: str, units: int) -> str:
    """The beginning of it, of so many UTF-16 units at most, with an ellipsis if there is more."""
    if utf16_length(text) <= units:
        return text
    room, end = units - 1, 0
    while end < len(text) and (room := room - utf16_length(text[end])) >= 0:
        end += 1
    while end and _belongs_together(text, end):
        end -= 1
    return text[:end].rstrip() + ELLIPSIS


def _belongs_together(text: str, place: int) -> bool:
    """Whether what stands before and after this place is shown as one character."""
    before, after = text[place - 1], text[place]
    if before == JOINER or after == JOINER or unicodedata.combining(after):
        return True
    code = ord(after)
    if code in SKIN_TONES or code in TAGS or code in WITHOUT_SPACE or code == 0x20E3:
        return True
    return ord(before) in FLAGS and code in FLAGS and _flags_before(text, place) % 2 == 1


def _flags_before(text: str, place: int) -> int:
    """How many letters of flags stand before it without a break: two make a flag."""
    head = text[:place]
    return len(head) - len(head.rstrip("".join(map(chr, FLAGS))))
