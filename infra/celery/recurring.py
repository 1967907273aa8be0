"""Recurrences become messages, an hour ahead of their time."""

import logging
from collections import Counter

from core.errors import LedgerUnavailable
from infra.celery.dispatch import dispatch
from infra.celery.runtime import Runtime
from infra.db.occurrences import SERIES_AHEAD_S

log = logging.getLogger(__name__)

SLICE = 200
"""Occurrences looked at in one transaction: few enough that other writers hardly wait."""

SLICES = 10
"""In one call: what is left after a long standstill is for the next tick."""


async def materialise(runtime: Runtime) -> int:
    """Write the messages of recurrences that come within the hour; how many."""
    written, skipped = 0, Counter[int]()
    for _ in range(SLICES):
        done = await runtime.ledger.series.materialise(SERIES_AHEAD_S, SLICE)
        written += done.written
        skipped.update(done.skipped)
        for series_id, why in done.unreadable.items():
            told, about = "series %d is paused, for its rule cannot be read: %s", _about(series_id)
            log.error(told, series_id, why, extra=about)
        if not done.looked:
            break
    for series_id, count in skipped.items():
        told, about = "series %d: %d missed occurrences are not sent late", _about(series_id)
        log.warning(told, series_id, count, extra=about)
    return written


def _about(series_id: int) -> dict[str, int]:
    return {"series_id": series_id}


async def catch_up(runtime: Runtime) -> None:
    """Write what recurs and hand on what of it is due, after all that was in the queue before.

    Whatever becomes of it, dispatch has been and will be again: only LedgerUnavailable is raised.
    """
    try:
        written = await materialise(runtime)
    except LedgerUnavailable:
        raise
    except Exception:
        log.exception("recurring messages were not written; they are tried again")
        return
    if written:
        await dispatch(runtime)
