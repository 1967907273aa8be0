"""Periodic tasks: what Beat starts."""

from typing import Any

from infra.celery import enhanced_retry_task
from infra.celery.analytics import fan_out
from infra.celery.dispatch import dispatch, tell
from infra.celery.figures import sample
from infra.celery.housekeeping import maintain, thin
from infra.celery.recurring import catch_up
from infra.celery.runtime import Runtime, current


@enhanced_retry_task
def send_scheduled_messages() -> None:
    """Beat's sweep: the same dispatch as the workers' own timers, once a minute."""
    runtime = current()
    runtime.call(_sweep(runtime))


@enhanced_retry_task(ignore_result=False)
def update_post_views(follows: bool = False) -> dict[str, Any]:
    """Publish a look at each channel that has posts whose views are due.

    `follows` a slice of the same tick, which has left the rest to this one.
    """
    runtime = current()
    return runtime.call(fan_out(runtime, follows))


@enhanced_retry_task(ignore_result=False)
def update_prometheus_metrics() -> dict[str, Any]:
    """Sample the system's figures into the ledger and the gauges."""
    runtime = current()
    return runtime.call(sample(runtime))


@enhanced_retry_task(ignore_result=False)
def cleanup_metrics() -> dict[str, int]:
    """Merge old samples of the figures into fewer: hours, then days."""
    runtime = current()
    return runtime.call(thin(runtime))


@enhanced_retry_task(ignore_result=False)
def maintenance_cleanup() -> dict[str, Any]:
    """Expire what is stale, remove what is orphaned, keep the database in shape."""
    runtime = current()
    return runtime.call(maintain(runtime))


async def _sweep(runtime: Runtime) -> None:
    await dispatch(runtime)
    await tell(runtime)
    await catch_up(runtime)
