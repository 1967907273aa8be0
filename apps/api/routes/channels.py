"""Channels that are looked at, and what was seen of them."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Path, Query, Response
from pydantic import AwareDatetime

from apps.api import cursors
from apps.api.access import Reader, Writer
from apps.api.idempotency import OncePerKey
from apps.api.office import Office, TheOffice
from apps.api.prefix import API
from apps.api.schemas import channel as schemas
from apps.api.schemas.lists import PER_PAGE, Cursor, Limit
from apps.api.schemas.problem import problems
from apps.api.spoken_times import zone_of
from core import channel
from core.chat_id import parse_chat_id
from core.epoch import EPOCH
from core.errors import InvalidInput, NotFound
from infra import channel_view
from infra.celery.channel_facts import take_on
from infra.db.sample_pages import Period, SamplePages

router = APIRouter(prefix="/channels", tags=["channels"], route_class=OncePerKey)

Name = Annotated[
    str, Path(max_length=100, description="@name, or the number: -100…", examples=["@our_news"])
]
MICROSECOND = timedelta(microseconds=1)


@router.get("")
async def listed(
    office: TheOffice, caller: Reader, limit: Limit = PER_PAGE, cursor: Cursor = None
) -> schemas.Channels:
    """The channels that are looked at, by title."""
    found = await office.channels.listed()
    if cursor is not None:
        after = _numbers(cursor, 1)[0]
        places = [place for place, each in enumerate(found, 1) if each.id == after]
        found = found[places[0] :] if places else []
    page = found[:limit]
    goes_on = cursors.encode([page[-1].id]) if len(found) > limit else None
    return schemas.Channels(items=list(map(schemas.Channel.of, page)), next=goes_on)


@router.post("", status_code=201, responses=problems(409))
async def take(
    office: TheOffice, caller: Writer, response: Response, wanted: schemas.NewChannel
) -> schemas.Channel:
    """Look at a channel from now on. Telegram is asked what it is.

    One that is looked at already is answered alike, with what Telegram tells of it now.
    """
    found = await take_on(office, parse_chat_id(wanted.chat_id))
    response.headers["Location"] = f"{API}/channels/{found.facts.chat_id}"
    return schemas.Channel.of(found)


@router.get("/{name}", responses=problems(404))
async def show(office: TheOffice, caller: Reader, name: Name) -> schemas.Channel:
    """One channel. One that was removed, too: `removed_at` says when."""
    return schemas.Channel.of(await _found(office, name))


@router.delete("/{name}", status_code=204, responses=problems(404))
async def remove(office: TheOffice, caller: Writer, name: Name) -> None:
    """Look at a channel no more. What was seen of it stays."""
    found = await _found(office, name)
    if found.removed_at is None:
        await office.channels.remove(found.id)


@router.get("/{name}/posts", responses=problems(404))
async def posts(
    office: TheOffice, caller: Reader, name: Name, limit: Limit = PER_PAGE, cursor: Cursor = None
) -> schemas.Posts:
    """The posts that were seen, the newest first, with their views at the last look."""
    found = await _found(office, name)
    before = None
    if cursor is not None:
        number, message_id = _numbers(cursor, 2)
        before = _moment(number), message_id
    page = await SamplePages(office.database).posts(found.id, limit + 1, before)
    items = list(map(schemas.Post.of, page[:limit]))
    goes_on = None
    if len(page) > limit:
        goes_on = cursors.encode([_number(items[-1].posted_at), items[-1].message_id])
    return schemas.Posts(items=items, next=goes_on)


@router.get("/{name}/samples", responses=problems(404))
async def samples(
    office: TheOffice,
    caller: Reader,
    name: Name,
    post: Annotated[
        int | None, Query(ge=1, lt=2**63, description="Of a post's views; else of members.")
    ] = None,
    since: AwareDatetime | None = None,
    until: AwareDatetime | None = None,
    limit: Limit = PER_PAGE,
    cursor: Cursor = None,
) -> schemas.Samples:
    """How the count of members, or a post's views, went over time: oldest first.

    A row stands for all looks that saw the same count.
    """
    found = await _found(office, name)
    after = _moment(_numbers(cursor, 1)[0]) if cursor is not None else None
    pages, period = SamplePages(office.database), Period(_utc(since, "since"), _utc(until, "until"))
    if post is None:
        page = await pages.members(found.id, period, limit + 1, after)
    else:
        page = await pages.views(found.id, post, period, limit + 1, after)
    goes_on = cursors.encode([_number(page[limit - 1].at)]) if len(page) > limit else None
    return schemas.Samples(items=list(map(schemas.Run.of, page[:limit])), next=goes_on)


@router.get("/{name}/stats", responses=problems(404))
async def stats(
    office: TheOffice,
    caller: Reader,
    name: Name,
    days: Annotated[int, Query(ge=1, le=365, description="Over how many days.")] = 30,
    zone: Annotated[
        str, Query(max_length=64, description="The zone of the best hours.", examples=["UTC"])
    ] = "UTC",
) -> schemas.Stats:
    """Growth, views and engagement over some days, and the best hours to post."""
    place = zone_of(zone)
    found = await _found(office, name)
    seen = await channel_view.read(office.channels, found, days, office.now(), place)
    return schemas.Stats.of(seen.stats, place.key)


async def _found(office: Office, name: str) -> channel.Channel:
    """Raises NotFound: what is no name of a channel is none that there is."""
    try:
        chat_id = parse_chat_id(name)
    except InvalidInput as error:
        raise NotFound(f"no channel {name[:40]!r}: {error}") from None
    return await office.channels.get(chat_id)


def _numbers(cursor: str, count: int) -> Sequence[int]:
    values = cursors.decode(cursor)
    numbers = [value for value in values if isinstance(value, int)]
    if len(numbers) != count or len(values) != count:
        raise cursors.another_list()
    return numbers


def _number(at: datetime) -> int:
    return (at - EPOCH) // MICROSECOND


def _moment(number: int) -> datetime:
    try:
        return EPOCH + number * MICROSECOND
    except OverflowError:
        raise cursors.another_list() from None


def _utc(at: datetime | None, field: str) -> datetime | None:
    """Raises InvalidInput for a time that no calendar of ours has."""
    try:
        return at.astimezone(UTC) if at is not None else None
    except OverflowError:
        raise InvalidInput(field, "is too far away", "name a time of this age") from None
