"""What the workers do. They are asked at most once a second, for all callers together."""

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Query

from apps.api.access import Guarded, Reader
from apps.api.office import Office, TheOffice
from apps.api.schemas.task import Failure, Planned, Queues, Running, Tasks, Tick, Workers
from infra.celery.schedule import ENTRIES
from infra.db.failures import Failures
from infra.db.ticks import Ticks

router = APIRouter(tags=["tasks"], route_class=Guarded)

FAILURES = 20


@router.get("/tasks")
async def tasks(
    office: TheOffice,
    caller: Reader,
    failures: Annotated[
        int, Query(ge=0, le=200, description="How many of the last failures.")
    ] = FAILURES,
) -> Tasks:
    """What the workers do now and will do, Beat's ticks, and the tasks that failed last."""
    now = await office.activity.get()
    failed = await Failures(office.database, office.bot_id).newest(failures)
    return Tasks(
        running=list(map(Running.model_validate, now.running)),
        reserved=now.reserved,
        scheduled=now.scheduled,
        planned=list(map(Planned.model_validate, now.planned)),
        ticks=await _ticks(office),
        failures=list(map(Failure.of, failed)),
        trouble=now.trouble,
    )


@router.get("/queues")
async def queues(office: TheOffice, caller: Reader) -> Queues:
    """How many tasks wait in each queue, and who serves it."""
    return Queues.of(await office.activity.get())


@router.get("/workers")
async def workers(office: TheOffice, caller: Reader) -> Workers:
    """The workers, the queues that they serve, and what they do now."""
    return Workers.of(await office.activity.get())


async def _ticks(office: Office) -> list[Tick]:
    """By Beat's own word where it has one, for it may run with other settings than the web."""
    ticks = Ticks(office.database, office.bot_id)
    ago_s, every_s = await ticks.ago_s(), await ticks.every_s()
    now = await office.database.now()
    return [
        Tick(
            entry=entry.name,
            task=entry.task,
            queue=entry.queue,
            every_s=every_s.get(entry.name, entry.every_s(office.settings)),
            last_at=now - timedelta(seconds=ago_s[entry.name]) if entry.name in ago_s else None,
        )
        for entry in ENTRIES
    ]
