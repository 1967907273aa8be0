"""What the workers do: queues, tasks, Beat's ticks, and how the parts of the system fare."""

from dataclasses import dataclass

from fastapi import APIRouter
from starlette.responses import Response

from apps.api.pages.render import TheView
from infra.celery.schedule import beat_intervals_s
from infra.db.failures import Failures
from infra.db.health import HealthBook
from infra.db.ticks import Ticks

router = APIRouter(prefix="/tasks")

FAILURES = 10
CHANGES = 15
LATE_AFTER = 1.5
"""A tick is late after so many of its intervals."""

FLOWER = "celery -A infra.celery.celery_app flower"
FLOWER_URL = "http://localhost:5555"


@dataclass(frozen=True, slots=True)
class Tick:
    """`ago_s` None: never, as far as anybody knows."""

    entry: str
    every_s: float
    ago_s: float | None

    @property
    def is_late(self) -> bool:
        return self.ago_s is None or self.ago_s > LATE_AFTER * self.every_s


@router.get("")
async def tasks(view: TheView) -> Response:
    """At once: the workers are asked by the page itself, for they take a second to answer."""
    return view.page("tasks.html", flower=FLOWER, flower_url=FLOWER_URL)


@router.get("/now")
async def now(view: TheView) -> Response:
    activity = await view.office.activity.get()
    workers = sorted({name for queue in activity.queues for name in queue.workers})
    return view.page("tasks_now.html", activity=activity, workers=workers)


@router.get("/past")
async def past(view: TheView) -> Response:
    office = view.office
    book = HealthBook(office.database, office.bot_id)
    return view.page(
        "tasks_past.html",
        ticks=await _ticks(view),
        failures=await Failures(office.database, office.bot_id).newest(FAILURES),
        parts_now=[(name or "the whole", kept) for name, kept in (await book.current()).items()],
        changes=await book.changes(CHANGES),
    )


async def _ticks(view: TheView) -> list[Tick]:
    """By Beat's own word where it has one: it may run with other settings than the web."""
    ticks = Ticks(view.office.database, view.office.bot_id)
    ago_s = await ticks.ago_s()
    every_s = beat_intervals_s(view.office.settings) | await ticks.every_s()
    return [Tick(name, seconds, ago_s.get(name)) for name, seconds in every_s.items()]
