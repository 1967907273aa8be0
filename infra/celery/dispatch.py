"""From the ledger to the broker: claim what is due, commit, publish."""

import asyncio
import logging
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from core.message import POSTS, Claim
from infra.celery.handing import hand_over
from infra.celery.results import store
from infra.celery.runtime import Runtime

log = logging.getLogger(__name__)

AHEAD_S = 3.0
"""How far ahead a message is handed to the broker. What the broker drops comes back only when its
lease ends, so no more is handed over than two ticks of a worker's timer need."""

PAID_AHEAD_S = 1.0
"""Of paid broadcasts less is handed over, for there is so much more of it: where the broker does
not know which tasks come first, a post waits until all of that is sent."""

TICK_S = 2.0
EARLY_S = 0.05
# A batch has one ETA: its messages wait in the worker's child for no longer than this.
BATCH_SPAN = timedelta(seconds=0.25)
# Half a second of the governor's time: four children at once are done within its two.
BATCH_OF_RATE_S = 0.5
BATCH_UNLIMITED = 250
# A post waits for a child until a batch is done.
BATCH_MAX = 125
# Where there is no limit, and where workers may be slower than the limit: more would only wait in
# the broker until its leases end.
CLAIM_MAX = 2_000
# A claim costs as much as the sends of a few dozen messages.
CLAIM_WORTH_IT = 500


async def dispatch(runtime: Runtime, *, patiently: bool = False) -> int:
    """Claim what is due and hand it to the broker; how many messages.

    What the broker does not take is given back to the ledger. `patiently`, for one who is not
    the only one to look: where there is no limit, it leaves a few to the next.

    Paid broadcasts are claimed apart: what they may take is no part of the others' share.
    """
    rate, paid_rate = runtime.settings.telegram_rate, runtime.settings.telegram_paid_rate
    claims = runtime.ledger.claims
    paid_capacity = capacity(paid_rate, PAID_AHEAD_S)
    room = await claims.room(AHEAD_S, capacity(rate), paid_capacity)
    handed_over = 0
    if room.unpaid >= worth_claiming(rate, patiently):
        taken = await claims.claim(AHEAD_S, capacity(rate))
        handed_over += await _hand_over(runtime, taken, rate)
    if room.paid >= worth_claiming(paid_rate, patiently):
        taken = await claims.claim(AHEAD_S, paid_capacity, paid=True)
        handed_over += await _hand_over(runtime, taken, paid_rate)
    return handed_over


async def _hand_over(runtime: Runtime, claims: Sequence[Claim], rate: float) -> int:
    """Publish claims that leave at this rate; how many the broker took."""
    if not claims:
        return 0
    timeline = await runtime.ledger.timeline()
    batches = [
        (timeline.seconds(batch[0].due_at) - EARLY_S, batch)
        for batch in cut(claims, batch_size(rate), timeline.utc)
    ]
    return await hand_over(runtime, batches)


def capacity(rate: float, ahead_s: float = AHEAD_S) -> int:
    """How many may be queued at this rate, in messages a second; 0 for no limit."""
    if not rate:
        return CLAIM_MAX
    return max(1, min(round(rate * ahead_s), CLAIM_MAX))


def worth_claiming(rate: float, patiently: bool) -> int:
    """For how many a claim is made, by one who is `patiently` looking or not."""
    return CLAIM_WORTH_IT if patiently and not rate else 1


def batch_size(rate: float) -> int:
    """How many messages make a batch at this rate, in messages a second; 0 for no limit."""
    if not rate:
        return BATCH_UNLIMITED
    return max(1, min(round(rate * BATCH_OF_RATE_S), BATCH_MAX))


def cut(claims: Sequence[Claim], size: int, now: datetime) -> Iterator[list[Claim]]:
    """Batches of claims in their order: of posts or of broadcasts, due at about the same time."""
    batch: list[Claim] = []
    for claim in claims:
        if batch and not _belongs(claim, batch, size, now):
            yield batch
            batch = []
        batch.append(claim)
    if batch:
        yield batch


def _belongs(claim: Claim, batch: list[Claim], size: int, now: datetime) -> bool:
    first = batch[0]
    return (
        len(batch) < size
        and (claim.broadcast_id == POSTS) == (first.broadcast_id == POSTS)
        # What is overdue is due now, however long ago it was due.
        and claim.due_at - max(first.due_at, now) <= BATCH_SPAN
    )


async def tell(runtime: Runtime) -> None:
    """Store the results of messages that ended, for the tasks that wait for them."""
    ended = await runtime.ledger.outcomes.ended()
    if not ended:
        return
    loop = asyncio.get_running_loop()
    stored: list[tuple[int, str]] = []
    for each in ended:
        try:
            await loop.run_in_executor(None, store, each.task_id, each.message)
        except Exception as error:  # whatever the backend's client raises
            told = "task %s: result kept until it can be stored: %s"
            log.warning(told, each.task_id, error, extra=_about(each.task_id, each.message.id))
            break
        stored.append((each.message.id, each.task_id))
    if stored:
        await runtime.ledger.outcomes.told(stored)


def _about(task_id: str, message_id: int) -> dict[str, object]:
    return {"task_id": task_id, "message_id": message_id}
