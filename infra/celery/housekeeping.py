"""What keeps the ledger small and in shape, as the periodic tasks do it."""

import logging
from collections.abc import Awaitable, Callable
from contextlib import aclosing
from typing import Any

from core.errors import HousekeepingFailed
from infra.celery.importing import sweep
from infra.celery.runtime import Runtime
from infra.db.cleanup import TABLES, Cleanup
from infra.db.idempotent import IdempotentAnswers
from infra.db.maintenance import Maintenance
from infra.db.metrics import Metrics

log = logging.getLogger(__name__)

SLICE_S = 20.0
"""A child is held for no longer: whoever called goes on in a task of its own."""

PAUSE_S = 0.01
"""Between two steps of a cleanup: it must not take every turn to write that comes free."""


async def remove_old(runtime: Runtime, days: int, slice_s: float = SLICE_S) -> dict[str, int]:
    """Remove what is older than so many days, for so many seconds.

    Returns rows removed, by table, each of them; and `more`: 1 where there is more to remove, so
    that the caller has to call again, 0 where not. Raises InvalidInput for less than a day.
    """
    cleanup = Cleanup(runtime.ledger.database, runtime.ledger.bot_id)
    removed = dict.fromkeys(TABLES, 0)
    enough_at, more = runtime.clock.now_s() + slice_s, False
    async with aclosing(cleanup.slices(days)) as slices:
        async for table, count in slices:
            removed[table] += count
            if more := runtime.clock.now_s() > enough_at:
                break
            await runtime.clock.sleep(PAUSE_S)
    log.info("removed what is older than %d days: %s", days, removed)
    return {**removed, "more": int(more)}


async def thin(runtime: Runtime) -> dict[str, int]:
    """Merge old figures into fewer: {merged, removed} in rows."""
    ledger = runtime.ledger
    done = await Metrics(ledger.database, ledger.bot_id).thin((await ledger.timeline()).utc)
    log.info("thinned the figures: %s", done)
    return done


async def maintain(runtime: Runtime) -> dict[str, Any]:
    """A round of housekeeping; what each step did. docs/figures.md tells of the steps.

    A step that fails does not keep the others from being done; then HousekeepingFailed is
    raised, which tells of both. Celery's results are not among them: Redis forgets each after
    `result_expires`, and for a database Beat itself starts Celery's `backend_cleanup`.
    """
    ledger = runtime.ledger
    maintenance = Maintenance(ledger.database, ledger.bot_id)
    return await all_of(
        {
            "expired": maintenance.expire,
            "waiters": maintenance.forget_waiters,
            "attempts": maintenance.forget_attempts,
            "holds": maintenance.forget_holds,
            "answers": IdempotentAnswers(ledger.database, ledger.bot_id).clean,
            "logins": maintenance.forget_logins,
            "uploads": lambda: sweep(runtime),
            "analysed": maintenance.analyse,
            "log": maintenance.checkpoint,
        }
    )


async def all_of(steps: dict[str, Callable[[], Awaitable[Any]]]) -> dict[str, Any]:
    """Do each step, whatever becomes of the others; what each returned.

    Raises HousekeepingFailed at the end where any of them failed.
    """
    done: dict[str, Any] = {}
    failed: dict[str, str] = {}
    for name, step in steps.items():
        try:
            done[name] = await step()
        except Exception as error:  # whatever it is: told at the end
            log.warning("housekeeping: %s failed: %s", name, error)
            failed[name] = f"{type(error).__name__}: {error}"
    log.info("housekeeping: %s", done)
    if failed:
        raise HousekeepingFailed(failed, done)
    return done
