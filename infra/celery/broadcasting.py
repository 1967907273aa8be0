"""What workers do for broadcasts besides sending them: build on, end, complete."""

import logging

from infra.celery.runtime import Runtime

log = logging.getLogger(__name__)

SLICES = 10
"""In one tick: posts that fall due meanwhile wait for one of them at most."""


async def carry_on(runtime: Runtime) -> None:
    """A tick's share of what is left to do."""
    await build_on(runtime)
    await end_cancelled(runtime)
    await complete(runtime)


async def build_on(runtime: Runtime) -> int:
    """Write rows of broadcasts whose builder is gone; how many slices."""
    build, done = runtime.ledger.broadcast_build, 0
    for broadcast_id in await build.abandoned():
        while done < SLICES and await build.build(broadcast_id) is not None:
            done += 1
    if done:
        log.info("built on broadcasts, %d slices", done)
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
        log.info("broadcast %d is completed", broadcast_id)
