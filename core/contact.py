"""Somebody whom the bot may write to, and the words by which such people are told apart."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from core.epoch import EPOCH
from core.errors import InvalidInput

TAG_CHARACTERS = 64
LANGUAGE_CHARACTERS = 35
LIST_CHARACTERS = 64

# What is between tags separates them everywhere, so that none can have it within.
TAG = re.compile(r"[^\s,;\x00-\x1f\x7f\ud800-\udfff](?:[^,;\x00-\x1f\x7f\ud800-\udfff]*)")
BETWEEN_TAGS = re.compile(r"[;,]")
LANGUAGE = re.compile(r"[a-z]{2,8}(?:-[a-z0-9]{1,8})*", re.ASCII)
DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}.*", re.ASCII)
LATEST_YEAR = 9000
"""A moment after it could leave the calendar in some zone."""

DATES = "write 2026-12-01, 2026-12-01T09:00 (UTC) or 2026-12-01T09:00:00+01:00"


@dataclass(frozen=True, slots=True)
class Contact:
    """One person or group as a file tells of them: "" and None are what it does not tell.

    `language` is an IETF tag in small letters, `zone` an IANA name, `joined_at` aware, `tags`
    are in the one spelling that `parse_tag` gives. `fields` has what else is told, by the names
    that placeholders use; none of it is empty.
    """

    user_id: int
    first_name: str = ""
    last_name: str = ""
    username: str = ""
    language: str = ""
    zone: str = ""
    joined_at: datetime | None = None
    tags: tuple[str, ...] = ()
    fields: Mapping[str, str] = field(default_factory=dict)


def parse_tag(text: str, field: str = "tag") -> str:
    """Small letters, single blanks: so "VIP " and "vip" are one; or InvalidInput."""
    tag = " ".join(text.split()).lower()
    if not tag:
        raise InvalidInput(field, "is empty", "leave it out, or write a word")
    if len(tag) > TAG_CHARACTERS:
        raise InvalidInput(field, f"{tag[:40]!r}… has more than {TAG_CHARACTERS} characters")
    if not TAG.fullmatch(tag):
        problem = f"{tag[:40]!r} has a comma, a semicolon or a control character"
        raise InvalidInput(field, problem, "give each tag by itself")
    return tag


def parse_tags(texts: Iterable[str], field: str = "tag") -> tuple[str, ...]:
    """Each once, in order."""
    return tuple(dict.fromkeys(parse_tag(text, field) for text in texts))


def parse_language(text: str, field: str = "language") -> str:
    """An IETF language tag as Telegram's `language_code` has it: "en", "pt-br"."""
    language = text.strip().lower().replace("_", "-")
    if not LANGUAGE.fullmatch(language) or len(language) > LANGUAGE_CHARACTERS:
        raise InvalidInput(field, f"{text[:40]!r} is not a language", "write one such as en, pt-br")
    return language


def parse_moment(text: str, field: str, *, whole_day: bool = False) -> datetime:
    """A date or a time, ISO 8601, UTC where it has no offset; comes back in UTC.

    A date is its beginning; with `whole_day` its end, the beginning of the next.
    """
    word = text.strip()
    is_date = DATE.fullmatch(word) is not None
    try:
        if not is_date and not MOMENT.fullmatch(word):
            raise ValueError("no date")
        read = datetime.fromisoformat(word)
        moment = (read if read.tzinfo else read.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise InvalidInput(field, f"{text[:40]!r} is not a date", DATES) from None
    if moment < EPOCH or moment.year > LATEST_YEAR:
        raise InvalidInput(field, f"{text[:40]!r} is out of range", "check the year")
    return moment + timedelta(days=1) if is_date and whole_day else moment


def parse_list_name(text: str, field: str = "list") -> str:
    """As people write it, with single blanks; or InvalidInput."""
    name = " ".join(text.split())
    if not name:
        raise InvalidInput(field, "is empty", "give the list a name")
    if len(name) > LIST_CHARACTERS:
        raise InvalidInput(field, f"has more than {LIST_CHARACTERS} characters", "shorten it")
    if not name.isprintable():
        raise InvalidInput(field, f"{name[:40]!r} has characters that cannot be shown")
    return name
