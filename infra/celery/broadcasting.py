"""What workers do for broadcasts besides sending them: build on, end, complete."""

import logging

from infra.celery.runtime import Runtime

log = logging.getLogger(__name__)

SLICES = 10
"""In one tick: posts that fall due meanwhile wait for one of them at most."""


async def build_on(runtime: Runtime) -> int:
    """Write rows of broadcasts whose builder is gone; how many slices."""
    done = 0
    for broadcast_id in await runtime.ledger.broadcast_build.abandoned():
        done += await _build(runtime, broadcast_id, SLICES - done)
    if done:
        log.info("built on broadcasts, %d slices", done)
    return done


async def _build(runtime: Runtime, broadcast_id: int, most: int) -> int:
    """One that cannot be built keeps no other from it."""
    done = 0
    try:
        while done < most and await runtime.ledger.broadcast_build.build(broadcast_id) is not None:
            done += 1
    except Exception:
        told = "broadcast %d: its recipients cannot be written down"
        log.exception(told, broadcast_id, extra={"broadcast_id": broadcast_id})
    return done


async def end_cancelled(runtime: Runtime) -> int:
    """End rows that wait in cancelled broadcasts; how many."""
    count = 0
    for _ in range(SLICES):
        ended = await runtime.ledger.broadcast_ends.end_cancelled()
        count += ended
        if not ended:
            break
    if count:
        log.info("ended %d messages of cancelled broadcasts", count)
    return count


async def complete(runtime: Runtime) -> None:
    """Call completed what is."""
    for broadcast_id in await runtime.ledger.broadcast_ends.complete():
        about = {"broadcast_id": broadcast_id}
        log.info("broadcast %d is completed", broadcast_id, extra=about)
