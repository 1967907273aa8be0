"""What the menu shows beside its words, asked for once the page is there."""

from fastapi import APIRouter
from starlette.responses import Response

from apps.api.pages.render import TheView
from infra.db.troubles import count_troubles

router = APIRouter(prefix="/menu")


@router.get("/troubles")
async def troubles(view: TheView) -> Response:
    """How many posts need somebody."""
    return view.page(
        "menu_troubles.html",
        troubles=await count_troubles(view.office.database, view.office.bot_id),
    )
