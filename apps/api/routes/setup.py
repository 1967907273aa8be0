"""Every route of the API, below /api/v1."""

from fastapi import APIRouter, FastAPI

from apps.api.prefix import API
from apps.api.routes import (
    broadcast_reports,
    broadcasts,
    bulk,
    calendar,
    channels,
    events,
    health,
    imports,
    keys,
    lists,
    me,
    media,
    messages,
    metrics,
    openapi,
    people,
    preflight,
    series,
    subscribers,
    tags,
    tasks,
)
from apps.api.schemas.problem import problems

ROUTERS: tuple[APIRouter, ...] = (
    openapi.router,
    messages.making,
    bulk.router,  # before the routes of one message, whose paths would take its own
    messages.router,
    series.router,
    events.router,
    calendar.router,
    channels.router,
    broadcasts.router,
    broadcast_reports.router,
    subscribers.router,
    lists.router,
    tags.router,
    imports.router,
    tasks.router,
    me.router,
    keys.router,
    people.router,
    preflight.router,
    media.router,
)


def add_to(app: FastAPI) -> None:
    for router in ROUTERS:
        app.include_router(router, prefix=API, responses=problems())
    app.include_router(health.router)
    app.include_router(metrics.router)
