"""Subscribers: who they are, on which lists, with which tags; and files of them taken in."""

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from apps.api.pages.render import TheView
from apps.api.shown.audience_query import AudienceQuery, TheAudience
from infra.db.audiences import BEFORE_ALL
from infra.db.overview import overview
from infra.db.subscriber_pages import Page
from infra.db.tags import Tags

router = APIRouter(prefix="/subscribers")

PAGE = 25
LANGUAGES = 6
IMPORTS = 10

Id = Annotated[int, Query(ge=BEFORE_ALL, lt=2**63)]


@router.get("")
async def subscribers(
    view: TheView, query: TheAudience, after: Id = BEFORE_ALL, reached: bool = False
) -> Response:
    office = view.office
    query = await query.told(office.audiences)
    page = Page((), None)
    if not query.problem:
        page = await office.subscriber_pages.page(query.audience, after, PAGE, reached=reached)
    return view.page(
        "subscribers.html",
        query=query,
        page=page,
        reached=reached,
        first="" if after == BEFORE_ALL else f"?{_kept(query, reached)}",
        older=f"?{_kept(query, reached)}&after={page.after}" if page.after is not None else "",
        lists=[each.name for each in await office.audiences.lists.listed()],
    )


@router.get("/overview")
async def counted(view: TheView, query: TheAudience) -> Response:
    """How many they are: it looks at all of them, so it comes after the page."""
    query = await query.told(view.office.audiences)
    told = await overview(view.office.database, view.office.bot_id, query.audience)
    languages = list(told.languages.items())
    others = sum(count for _, count in languages[LANGUAGES:])
    return view.page(
        "subscribers_overview.html",
        query=query,
        told=told,
        languages=languages[:LANGUAGES],
        others=others,
    )


@router.get("/groups")
async def groups(view: TheView) -> Response:
    """Lists and tags, with how many have each."""
    office = view.office
    tags = await Tags(office.database, office.bot_id).counted()
    lists = await office.audiences.lists.listed()
    most_first = sorted(tags.items(), key=lambda each: (-each[1], each[0]))
    return view.page("subscribers_groups.html", lists=lists, tags=most_first)


@router.get("/import")
async def importing(view: TheView) -> Response:
    lists = [each.name for each in await view.office.audiences.lists.listed()]
    return view.page("import.html", lists=lists)


@router.get("/imports")
async def imports(view: TheView) -> Response:
    """The newest of them, and how far each is."""
    found = await view.office.imports.newest(IMPORTS)
    is_open = any(each.ended_at is None for each in found)
    return view.page("imports.html", imports=found, is_open=is_open)


def _kept(query: AudienceQuery, reached: bool) -> str:
    return "&".join(filter(None, (query.address, "reached=true" if reached else "")))
