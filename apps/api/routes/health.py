"""Whether the web lives, and whether it can do its work. Open to all: it tells nothing secret."""

from fastapi import APIRouter, Response

from apps.api.office import TheOffice
from apps.api.schemas.health import Live, Ready

router = APIRouter(prefix="/health", tags=["health"])


@router.get("/live")
async def live() -> Live:
    """The process answers."""
    return Live(status="live")


@router.get(
    "/ready", responses={503: {"model": Ready, "description": "It cannot take messages, and why."}}
)
async def ready(office: TheOffice, response: Response) -> Ready:
    """Messages can be taken in: the ledger is there, as this code needs it, and takes writes.

    It is looked at once a second at most, however many ask.
    """
    reasons = await office.ready.get()
    if reasons:
        response.status_code = 503
    return Ready(status="unready" if reasons else "ready", reasons=reasons)
