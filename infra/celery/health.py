"""The health check: every part looked at, judged, kept, and told where it changed."""

import asyncio
import logging
from datetime import UTC, datetime
from typing import Any, Protocol

from core.health import WHOLE, Change, Health
from infra.celery.checkup import Checkup
from infra.celery.clock import BootClock
from infra.celery.runtime import current
from infra.redaction import one_line
from infra.settings import Settings

log = logging.getLogger(__name__)


class Household(Protocol):
    """What a check needs of a process: a worker's Runtime has it, and the bot's Office."""

    @property
    def settings(self) -> Settings: ...
    @property
    def clock(self) -> BootClock: ...


def check_celery_health() -> dict[str, Any]:
    """`check`, for any process: {state, at, took_ms, parts: {name: {state, reason, remedy, …}}}."""
    runtime = current()
    return runtime.run(check(runtime)).facts()


async def check(runtime: Household) -> Health:
    """How every part fares, within 4 s; raises nothing. On the caller's event loop.

    Where the ledger can be written it is kept there, and a part that has changed is logged.
    """
    loop = asyncio.get_running_loop()
    at, began_s = datetime.now(UTC), loop.time()
    checkup = Checkup(runtime.settings, runtime.clock.now_s)
    try:
        parts = await checkup.parts()
        health = Health(parts, at, round((loop.time() - began_s) * 1000))
        await _keep(runtime, checkup, health)
    finally:
        await checkup.close()
    return health


async def _keep(runtime: Household, checkup: Checkup, health: Health) -> None:
    if runtime.settings.bot_token is None:  # nobody's health
        return
    try:
        for change in await checkup.keep(health):
            _tell(change)
    except Exception as error:  # the result is worth more than its copy
        why = one_line(error, runtime.settings)
        log.warning("health: %s, not kept (%s): %s", health.state, why, health.whole.reason)


def _tell(change: Change) -> None:
    part = change.part
    if part.name == WHOLE:  # its parts say it
        return
    level = logging.WARNING if change.is_worse else logging.INFO
    was = f", was {change.was}" if change.was else ""
    told = "; ".join(filter(None, (part.reason, part.remedy)))
    log.log(level, "health: %s is %s%s: %s", part.name, part.state, was, told)
