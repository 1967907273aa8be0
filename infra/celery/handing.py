"""Claims on their way to the broker: published in batches, each at its time."""

import asyncio
import logging
from collections.abc import Sequence
from functools import partial

from core.errors import AnalyticBotError
from core.message import POSTS, Claim
from core.partners import Returned
from infra.celery.celery_app import celery_app
from infra.celery.runtime import Runtime
from infra.settings import Settings

log = logging.getLogger(__name__)

Batch = tuple[float, list[Claim]]
"""When a worker is to have it, in seconds of the runtime's clock, and its messages."""

DELIVER = "infra.celery.tasks.deliver"

GIVEN_BACK_S = 1.0
# A post does not wait for a broadcast's batches to be delivered: on Redis the highest number is
# served last. On RabbitMQ 4 it is served first; quorum queues of RabbitMQ 3 know no priorities.
BROADCASTS_LAST = 9
POSTS_FIRST_ON_RABBITMQ = 9


async def hand_over(runtime: Runtime, batches: Sequence[Batch]) -> int:
    """Publish batches, or have them wait for their time; how many messages are not given back."""
    now = _hold_back(runtime, batches) if runtime.settings.on_rabbitmq else batches
    return sum(len(batch) for _, batch in batches) - await _publish_all(runtime, now)


def priority_of(settings: Settings, *, post: bool) -> int | None:
    """What Celery is told, so that posts are served before broadcasts."""
    if settings.on_rabbitmq:
        return POSTS_FIRST_ON_RABBITMQ if post else None
    return None if post else BROADCASTS_LAST


def _hold_back(runtime: Runtime, batches: Sequence[Batch]) -> list[Batch]:
    """Let what is not due yet wait in this process; the rest.

    RabbitMQ holds back whole seconds only, and a worker that holds has the fewer places for
    other tasks: of a quorum queue it takes a fixed number.
    """
    now_s = runtime.clock.now_s()
    for at_s, batch in batches:
        if at_s > now_s:
            publish = partial(_publish_held, runtime, batch)
            runtime.waiting.put(at_s - now_s, publish, partial(_give_back, runtime, batch, 0.0))
    return [(at_s, batch) for at_s, batch in batches if at_s <= now_s]


async def _publish_held(runtime: Runtime, batch: list[Claim]) -> None:
    try:
        await _publish_all(runtime, [(0.0, batch)])
    except AnalyticBotError as error:  # the broker and the ledger are away
        log.warning("%d messages come back when their lease ends: %s", len(batch), error)


async def _publish_all(runtime: Runtime, batches: Sequence[Batch]) -> int:
    """How many messages the broker did not take, which are given back."""
    loop = asyncio.get_running_loop()
    refused = await loop.run_in_executor(None, _publish, runtime, batches)
    await _give_back(runtime, refused, GIVEN_BACK_S)
    return len(refused)


async def _give_back(runtime: Runtime, claims: Sequence[Claim], in_s: float) -> None:
    await asyncio.gather(*(runtime.ledger.give_back(Returned(claim, in_s)) for claim in claims))


def _publish(runtime: Runtime, batches: Sequence[Batch]) -> list[Claim]:
    """Publish each batch; the claims of those that the broker did not take."""
    refused: list[Claim] = []
    for at_s, batch in batches:
        in_s = at_s - runtime.clock.now_s()
        try:
            celery_app.send_task(
                DELIVER,
                args=([(claim.id, claim.token) for claim in batch],),
                countdown=in_s if in_s > 0 else None,
                priority=priority_of(runtime.settings, post=batch[0].broadcast_id == POSTS),
                retry=False,  # the ledger retries
            )
        except Exception as error:  # whatever the broker's client raises
            about = {"message_ids": [claim.id for claim in batch]}
            log.warning("%d messages wait for the broker: %s", len(batch), error, extra=about)
            refused.extend(batch)
    return refused
