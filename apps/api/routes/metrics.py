"""What Prometheus reads."""

from fastapi import APIRouter
from starlette.responses import Response

from apps.api.access import Guarded, Reader
from apps.api.figures import shown
from apps.api.office import TheOffice
from apps.api.schemas.problem import Responses, problems
from infra.monitoring.web import CONTENT_TYPE

EXAMPLE = """# HELP analyticbot_queue_depth Tasks that no worker has taken yet.
# TYPE analyticbot_queue_depth gauge
analyticbot_queue_depth{queue="messages"} 0.0
"""
ANSWERS: Responses = {
    200: {
        "description": "Prometheus's text format.",
        "content": {"text/plain": {"schema": {"type": "string"}, "example": EXAMPLE}},
    },
    **problems(),
}

router = APIRouter(tags=["metrics"], route_class=Guarded)


class Exposition(Response):
    media_type = "text/plain"


@router.get("/metrics", response_class=Exposition, responses=ANSWERS)
async def metrics(office: TheOffice, caller: Reader) -> Response:
    """The system's live gauges, this process's own figures, and those of this machine's workers.

    Prometheus sends a key as bearer token: `authorization: {credentials: ab_…}` in its
    configuration. The gauges are asked for at most each 5 seconds, however many ask.
    """
    return Response(await shown(office), headers={"content-type": CONTENT_TYPE})
