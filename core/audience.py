"""Who is meant: all that the bot may write to, or some of them by list, tag, language, date."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, time
from typing import Any, Self

from core.contact import parse_language, parse_list_name, parse_moment, parse_tags
from core.errors import InvalidInput

FILTERS = ("list", "tags", "any_tags", "without_tags", "languages", "joined_since", "joined_until")
PARTS = 100
"""So many tags or languages one filter may name."""


@dataclass(frozen=True, slots=True)
class Audience:
    """A filter; what is left empty filters nothing.

    `tags` must all be there, of `any_tags` at least one, of `without_tags` none. "pt" among
    the languages also means "pt-br". Joined from `joined_since` on and before `joined_until`,
    both aware.
    """

    list_name: str = ""
    tags: tuple[str, ...] = ()
    any_tags: tuple[str, ...] = ()
    without_tags: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    joined_since: datetime | None = None
    joined_until: datetime | None = None

    @property
    def is_everybody(self) -> bool:
        return self == Audience()

    def with_tag(self, tag: str) -> "Audience":
        """Those of it who have this tag, too."""
        return replace(self, tags=tuple(dict.fromkeys((*self.tags, tag))))

    def as_json(self) -> dict[str, Any]:
        """Of FILTERS those that filter; moments in ISO 8601."""
        values = {
            "list": self.list_name,
            "tags": list(self.tags),
            "any_tags": list(self.any_tags),
            "without_tags": list(self.without_tags),
            "languages": list(self.languages),
            "joined_since": self.joined_since and self.joined_since.isoformat(),
            "joined_until": self.joined_until and self.joined_until.isoformat(),
        }
        return {name: value for name, value in values.items() if value}

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Self:
        """What `as_json` gave. Raises InvalidInput that names the field."""
        if unknown := sorted(set(values) - set(FILTERS)):
            raise InvalidInput(str(unknown[0]), "is no filter", f"there are {', '.join(FILTERS)}")
        until = values.get("joined_until")
        return cls(
            list_name=parse_list_name(values["list"]) if values.get("list") else "",
            tags=_parts("tags", values.get("tags", ())),
            any_tags=_parts("any_tags", values.get("any_tags", ())),
            without_tags=_parts("without_tags", values.get("without_tags", ())),
            languages=_languages(values.get("languages", ())),
            joined_since=_since(values.get("joined_since")),
            joined_until=parse_moment(until, "joined_until", whole_day=True) if until else None,
        ).checked()

    def checked(self) -> Self:
        """Itself; raises InvalidInput where nobody could be meant."""
        barred = set(self.without_tags)
        if both := barred & set(self.tags):
            raise InvalidInput("without_tags", f"{min(both)!r} is asked for as well", "choose one")
        if self.any_tags and barred >= set(self.any_tags):
            raise InvalidInput("without_tags", "bars every one of any_tags", "choose")
        since, until = self.joined_since, self.joined_until
        if since and until and since >= until:
            raise InvalidInput("joined_until", "is not after joined_since", "check the dates")
        return self

    def __str__(self) -> str:
        """In words: "list spring, tags a and b, languages de or en"."""
        parts = [
            f"list {self.list_name}" if self.list_name else "",
            _told("tagged", self.tags, "and"),
            _told("tagged", self.any_tags, "or"),
            _told("not tagged", self.without_tags, "or"),
            _told("language", self.languages, "or"),
            f"joined since {_day(self.joined_since)}" if self.joined_since else "",
            f"joined before {_day(self.joined_until)}" if self.joined_until else "",
        ]
        return ", ".join(filter(None, parts)) or "all subscribers"


def parse_audience(
    list: str | None = None,  # noqa: A002 (as the option is called)
    tags: Iterable[str] = (),
    any_tags: Iterable[str] = (),
    without_tags: Iterable[str] = (),
    languages: Iterable[str] = (),
    joined_since: str | None = None,
    joined_until: str | None = None,
) -> Audience:
    """From words as people write them; a date for `joined_until` is meant with its whole day.

    Raises InvalidInput that names the field.
    """
    values = {
        "list": list,
        "tags": [*tags],
        "any_tags": [*any_tags],
        "without_tags": [*without_tags],
        "languages": [*languages],
        "joined_since": joined_since,
        "joined_until": joined_until,
    }
    return Audience.from_json(values)


def _parts(field: str, texts: Iterable[str]) -> tuple[str, ...]:
    return _bounded(field, parse_tags(texts, field))


def _languages(texts: Iterable[str]) -> tuple[str, ...]:
    found = dict.fromkeys(parse_language(text, "languages") for text in texts)
    return _bounded("languages", tuple(found))


def _bounded(field: str, found: tuple[str, ...]) -> tuple[str, ...]:
    if len(found) > PARTS:
        raise InvalidInput(field, f"names more than {PARTS}", "make a list of them instead")
    return found


def _since(text: str | None) -> datetime | None:
    return parse_moment(text, "joined_since") if text else None


def _told(word: str, values: tuple[str, ...], between: str) -> str:
    return f"{word} {f' {between} '.join(values)}" if values else ""


def _day(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d}" if moment.time() == time() else f"{moment:%Y-%m-%d %H:%M} UTC"
