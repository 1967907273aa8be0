"""Subscribers: whom the bot may write to."""

from typing import Annotated

from fastapi import APIRouter, Query

from apps.api import cursors
from apps.api.access import Guarded, Reader
from apps.api.office import TheOffice
from apps.api.schemas.audience import AudienceFilter
from apps.api.schemas.problem import problems
from apps.api.schemas.subscriber import (
    Overview,
    Subscriber,
    SubscriberQuery,
    Subscribers,
    overview_of,
    subscriber,
)
from infra.db.audiences import BEFORE_ALL
from infra.db.overview import overview

router = APIRouter(prefix="/subscribers", tags=["subscribers"], route_class=Guarded)


@router.get("", responses=problems(404))
async def listed(
    office: TheOffice, caller: Reader, asked: Annotated[SubscriberQuery, Query()]
) -> Subscribers:
    """Subscribers that a filter lets through, by id."""
    after = cursors.number(asked.cursor) if asked.cursor is not None else BEFORE_ALL
    pages = office.subscriber_pages
    found = await pages.page(asked.audience(), after, asked.limit, reached=asked.reached)
    following = cursors.encode([found.after]) if found.after is not None else None
    return Subscribers(items=list(map(subscriber, found.items)), next=following)


@router.get("/overview", responses=problems(404))
async def counted(
    office: TheOffice, caller: Reader, asked: Annotated[AudienceFilter, Query()]
) -> Overview:
    """How many a filter lets through, how many of them are reached; if not, why. Counts all of
    them: for a million it takes a second or two.
    """
    return overview_of(await overview(office.database, office.bot_id, asked.audience()))


@router.get("/{subscriber_id}", responses=problems(404))
async def show(office: TheOffice, caller: Reader, subscriber_id: int) -> Subscriber:
    """All that is known of one."""
    return subscriber(await office.subscriber_pages.get(subscriber_id))
