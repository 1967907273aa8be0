"""Periodic tasks: what Beat starts."""

from infra.celery import enhanced_retry_task
from infra.celery.dispatch import dispatch, tell
from infra.celery.runtime import Runtime, current


@enhanced_retry_task
def send_scheduled_messages() -> None:
    """Beat's sweep: the same dispatch as the workers' own timers, once a minute."""
    runtime = current()
    runtime.call(_sweep(runtime))


async def _sweep(runtime: Runtime) -> None:
    await dispatch(runtime)
    await tell(runtime)
