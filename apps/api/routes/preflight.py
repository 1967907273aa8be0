"""What would come of a message, before it is written: asked while somebody types."""

from fastapi import APIRouter

from apps.api.access import Guarded, Reader
from apps.api.composing.preflight import Preflight
from apps.api.office import TheOffice
from apps.api.schemas import preflight as schemas

router = APIRouter(prefix="/preflight", tags=["messages"], route_class=Guarded)


@router.post("")
async def preflight(
    office: TheOffice, caller: Reader, asked: schemas.PreflightRequest
) -> schemas.Preflight:
    """Check a message

    Writes nothing. Problems are all that would keep it from being taken, warnings what may not
    be meant; the preview is the text as Telegram will show it.
    """
    return await Preflight(office, caller, asked).answer()
