"""What can be done with subscribers: their lists, their tags, and how many they are."""

import asyncio
import sys
from collections.abc import AsyncIterator, Mapping
from typing import Any

from rich.text import Text

from apps.cli.ledger import opened
from apps.cli.show import as_json, as_values, console, plain, table
from core.audience import Audience
from core.contact import parse_tag
from core.errors import InvalidInput
from infra.db.audiences import Audiences
from infra.db.lists import Lists, SavedList
from infra.db.overview import Overview, overview
from infra.db.tags import Tags
from infra.settings import Settings


def lists(settings: Settings, *, json: bool) -> None:
    found = asyncio.run(_listed(settings))
    if json:
        return as_json([_facts(each) for each in found])
    rows = table("list", "members", "made (UTC)")
    for each in found:
        rows.add_row(Text(each.name), f"{each.members:,}", f"{each.created_at:%Y-%m-%d %H:%M}")
    console().print(rows)
    return None if found else plain("no lists; `analyticbot audience import FILE --list NAME`")


def show(settings: Settings, audience: Audience, *, json: bool) -> None:
    found = asyncio.run(_overview(settings, audience))
    if json:
        return as_json({"audience": audience.as_json(), **_counts(found)})
    plain(str(audience))
    rows = table("", "")
    rows.show_header = False
    for name in ("reached", "stopped", "blocked", "unreachable"):
        rows.add_row(name, f"{getattr(found, name):,}")
    rows.add_row("in all", f"{found.members:,}")
    console().print(rows)
    _show_counts("language", found.languages)
    return _show_counts("tag", found.tags)


def tag(settings: Settings, name: str, audience: Audience, *, everybody: bool, json: bool) -> None:
    wanted = _meant(audience, everybody)
    count = asyncio.run(_tagged(settings, parse_tag(name, "TAG"), wanted, add=True))
    _tell(count, "got", name, json)


def untag(
    settings: Settings, name: str, audience: Audience, *, everybody: bool, json: bool
) -> None:
    wanted = _meant(audience, everybody)
    count = asyncio.run(_tagged(settings, parse_tag(name, "TAG"), wanted, add=False))
    _tell(count, "lost", name, json)


def rename(settings: Settings, name: str, new: str, *, json: bool) -> None:
    async def work() -> SavedList:
        async with opened(settings) as database:
            return await Lists(database, settings.bot_id).rename(name, new)

    renamed = asyncio.run(work())
    as_json(_facts(renamed)) if json else plain(f"the list is called {renamed.name} from now on")


def delete(settings: Settings, name: str, *, json: bool) -> None:
    async def work() -> SavedList:
        async with opened(settings) as database:
            lists = Lists(database, settings.bot_id)
            found = await lists.find(name)
            await lists.delete(name)
            return found

    gone = asyncio.run(work())
    text = f"the list {gone.name} is deleted; its {gone.members:,} members stay subscribers"
    as_json(_facts(gone)) if json else plain(text)


async def _listed(settings: Settings) -> list[SavedList]:
    async with opened(settings) as database:
        return await Lists(database, settings.bot_id).listed()


async def _overview(settings: Settings, audience: Audience) -> Overview:
    async with opened(settings) as database:
        return await overview(database, settings.bot_id, audience)


async def _tagged(settings: Settings, name: str, audience: Audience, *, add: bool) -> int:
    async with opened(settings) as database:
        await Audiences(database, settings.bot_id).check(audience)
        tags = Tags(database, settings.bot_id)
        slices = tags.add(name, audience) if add else tags.remove(name, audience)
        return await _sum(slices)


async def _sum(slices: AsyncIterator[int]) -> int:
    return sum([count async for count in slices])


def _meant(audience: Audience, everybody: bool) -> Audience:
    """Raises InvalidInput where a filter was forgotten."""
    if audience.is_everybody and not everybody:
        raise InvalidInput("--all", "is missing", "name a filter, or --all for everybody")
    return audience


def _tell(count: int, did: str, name: str, json: bool) -> None:
    if json:
        return as_json({"tag": parse_tag(name), "changed": count})
    return plain(f"{count:,} {did} the tag {parse_tag(name)}")


def _show_counts(what: str, counts: Mapping[str, int]) -> None:
    if not counts:
        return
    sys.stdout.write("\n")
    rows = table(what, "reached")
    for name, count in counts.items():
        rows.add_row(Text(name or "not known"), f"{count:,}")
    console().print(rows)


def _counts(found: Overview) -> dict[str, Any]:
    names = ("members", "reached", "stopped", "blocked", "unreachable")
    counts = {name: getattr(found, name) for name in names}
    return {**counts, "languages": dict(found.languages), "tags": dict(found.tags)}


def _facts(found: SavedList) -> dict[str, Any]:
    facts: dict[str, Any] = as_values(
        {"name": found.name, "members": found.members, "created_at": found.created_at}
    )
    return facts
