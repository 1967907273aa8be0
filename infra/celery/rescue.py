"""What each worker child does every two seconds, whatever becomes of Beat and the broker."""

import asyncio
import logging
import random

from core.errors import AnalyticBotError
from core.message import State
from infra.celery.broadcasting import build_on, complete, end_cancelled
from infra.celery.dispatch import AHEAD_S, TICK_S, dispatch, tell
from infra.celery.importing import take_in
from infra.celery.recurring import catch_up
from infra.celery.runtime import Runtime

log = logging.getLogger(__name__)


async def tick(runtime: Runtime) -> None:
    """Take back what the dead hold, hand on what is due, tell who waits, write what recurs, go on
    with broadcasts, take in uploads. What one row does to one of these keeps none of the others
    from being done.
    """
    if not await runtime.ledger.claims.is_busy(AHEAD_S):
        return
    for work in (take_back, dispatch, tell, catch_up, build_on, end_cancelled, complete, take_in):
        await _quietly(work(runtime), work.__name__)


async def take_back(runtime: Runtime) -> None:
    ledger = runtime.ledger
    if released := await ledger.claims.release_dead():
        runtime.observer.rescued(State.QUEUED, released)
        log.warning("rescued %d queued messages whose worker or broker was lost", released)
    if lost := await ledger.rescue.end_lost():
        runtime.observer.rescued(State.SENDING, len(lost))
        log.warning(
            "uncertain: worker lost while sending messages %s", lost, extra={"message_ids": lost}
        )
    if expired := await ledger.expiry.expire():
        told = "expired before they could be sent: messages %s"
        log.warning(told, expired, extra={"message_ids": expired})


async def keep_ticking(runtime: Runtime) -> None:
    """Tick at once and then every TICK_S, on the loop's monotonic clock, until cancelled.

    Leases are renewed beside it, so that a tick that waits for a broker or a database does
    not let them run out.
    """
    loop = asyncio.get_running_loop()
    renewing = loop.create_task(_keep_renewing(runtime))
    warming = loop.create_task(_quietly(runtime.governor.warm_up(), "governor"))
    try:
        await _quietly(runtime.ledger.warm_up(), "rehearsal")
        await _quietly(tick(runtime), "tick")
        # Apart from the other children, so that some child looks every half second or so.
        next_at = loop.time() + random.uniform(0, TICK_S)
        while True:
            await asyncio.sleep(max(0.0, next_at - loop.time()))
            next_at = max(next_at + TICK_S, loop.time())
            await _quietly(tick(runtime), "tick")
    finally:
        renewing.cancel()
        warming.cancel()


async def _keep_renewing(runtime: Runtime) -> None:
    while True:
        await asyncio.sleep(TICK_S)
        if "delivery" in runtime.__dict__:
            await _quietly(runtime.delivery.renew(), "renewal")


async def _quietly(work: object, name: str) -> None:
    try:
        await work  # type: ignore[misc]
    except AnalyticBotError as error:
        log.warning("%s: %s", name, error)
    except Exception:
        log.exception("%s failed; the next one is in %.0f s", name, TICK_S)
