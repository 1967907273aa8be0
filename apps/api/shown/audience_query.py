"""An audience as an address says it: `?list=…&tag=a,b&any_tag=…&without_tag=…&language=…`."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import urlencode

from fastapi import Depends, Query

from core.audience import Audience, parse_audience
from core.errors import InvalidInput
from infra.db.audiences import Audiences

BETWEEN = re.compile(r"[,;]")
LONGEST = 2_000


@dataclass(frozen=True, slots=True)
class AudienceQuery:
    """`asked` is what was written, by field; `audience` what it means. Where it means nothing,
    that is everybody, and `problem` says why.
    """

    asked: Mapping[str, str]
    audience: Audience
    problem: str = ""

    @property
    def address(self) -> str:
        """The same again, behind a "?"."""
        return urlencode({name: value for name, value in self.asked.items() if value})

    def without(self, name: str) -> str:
        kept = {each: value for each, value in self.asked.items() if value and each != name}
        return urlencode(kept)

    async def told(self, audiences: Audiences) -> "AudienceQuery":
        """Itself; with a problem where there is no such list."""
        name = self.audience.list_name
        if name and name not in {each.name for each in await audiences.lists.listed()}:
            return AudienceQuery(self.asked, Audience(), f"there is no list {name!r}")
        return self


Written = Annotated[str, Query(max_length=LONGEST)]


def audience_query(
    list: Written = "",  # noqa: A002 (as the address has it)
    tag: Written = "",
    any_tag: Written = "",
    without_tag: Written = "",
    language: Written = "",
    joined_since: Written = "",
    joined_until: Written = "",
) -> AudienceQuery:
    asked = {
        "list": list.strip(),
        "tag": tag.strip(),
        "any_tag": any_tag.strip(),
        "without_tag": without_tag.strip(),
        "language": language.strip(),
        "joined_since": joined_since.strip(),
        "joined_until": joined_until.strip(),
    }
    try:
        return AudienceQuery(asked, _audience(asked))
    except InvalidInput as error:
        return AudienceQuery(asked, Audience(), str(error))


def _audience(asked: Mapping[str, str]) -> Audience:
    return parse_audience(
        list=asked["list"] or None,
        tags=_parts(asked["tag"]),
        any_tags=_parts(asked["any_tag"]),
        without_tags=_parts(asked["without_tag"]),
        languages=_parts(asked["language"]),
        joined_since=asked["joined_since"] or None,
        joined_until=asked["joined_until"] or None,
    )


def _parts(text: str) -> Iterable[str]:
    return [part for part in BETWEEN.split(text) if part.strip()]


TheAudience = Annotated[AudienceQuery, Depends(audience_query)]
"""As a page takes it: `query: TheAudience`."""
