"""What is planned and what was sent, by the day."""

from datetime import date
from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Query
from starlette.responses import Response

from apps.api.access import Caller, Reader
from apps.api.chat_titles import ChatTitles
from apps.api.office import TheOffice
from apps.api.schemas.calendar import Calendar, calendar
from apps.api.spoken_times import zone_of
from core.chat_id import parse_chat_id
from core.errors import InvalidInput
from core.local_days import Day, days_between
from infra.db import calendar as ledger

MOST_DAYS = 62
YEARS = range(1990, 2301)

router = APIRouter(prefix="/calendar", tags=["calendar"])

FirstDay = Annotated[date, Query(description="The first day.", examples=["2026-03-01"])]
EndDay = Annotated[date, Query(description="The day after the last.", examples=["2026-04-01"])]
Zone = Annotated[
    str, Query(description="Whose days these are; else your own zone, else UTC.", max_length=64)
]
Chat = Annotated[str, Query(description="Of this chat alone.", max_length=100)]


@router.get("", response_model=Calendar)
async def show(
    caller: Reader,
    office: TheOffice,
    since: FirstDay,
    until: EndDay,
    zone: Zone = "",
    chat_id: Chat = "",
) -> Response:
    """The posts of these days, the times of series to come, and the starts of broadcasts.

    At most 62 days. Of each day the first 30 posts are listed, and the others counted.
    """
    its_zone = zone_of(zone or _own(caller) or "UTC")
    days, chat = _days(since, until, its_zone), parse_chat_id(chat_id) if chat_id else ""
    shown = await ledger.Calendar(office.database, office.bot_id).show(days, chat)
    titles = ChatTitles(await office.channels.listed())
    found = calendar(shown, titles, its_zone, office.now())
    # As it is: to check each of a thousand entries anew would take as long as to find them.
    return Response(found.model_dump_json(), media_type="application/json")


def _own(caller: Caller) -> str:
    return caller.account.zone if caller.account is not None else ""


def _days(since: date, until: date, zone: ZoneInfo) -> list[Day]:
    for field, day in (("since", since), ("until", until)):
        if day.year not in YEARS:
            raise InvalidInput(field, f"is in the year {day.year}", "check the year")
    if not 0 < (until - since).days <= MOST_DAYS:
        remedy = f"it is the day after the last one, at most {MOST_DAYS} days after since"
        raise InvalidInput("until", "is not after since, or too far from it", remedy)
    return days_between(since, until, zone)
