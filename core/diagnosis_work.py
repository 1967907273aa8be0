"""What was found of the work that is done, or waits to be, and what that means. These thresholds
are in docs/health.md, too.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from core.health import HealthState, Part

HEALTHY, DEGRADED, UNHEALTHY = HealthState

LATE_S = 10.0
STUCK_S = 60.0
# So much of what the rate allows was sent in the last minute: then it is the limit that holds up.
AT_THE_LIMIT = 0.5
MINUTE_S = 60
TICK_INTERVALS = 2
TICK_GRACE_S = 30.0
# Workers get through some hundreds of tasks a second: what waits is seconds of work.
LONG_QUEUE = 1_000
# Beat alone fills these, with one task an entry, which expires when the next is due.
LONG_QUEUES = {"monitoring": 100, "maintenance": 100}

MESSAGES = "messages"
"""The queue without whose workers nothing is sent."""


@dataclass(frozen=True, slots=True)
class DueFacts:
    """What is due and has not ended: ages in seconds, None where there is none.

    `posts` is how many of them wait, counted up to a bound; `rate` messages a second, 0 for no
    limit; `sent` the messages that were sent in the last minute; `held_s` how long the bot is held.
    """

    oldest_post_s: float | None
    oldest_broadcast_s: float | None
    posts: int
    sent: int
    rate: float
    held_s: float = 0.0
    hold_reason: str = ""


@dataclass(frozen=True, slots=True)
class BeatFacts:
    """Seconds, by entry: how often it is due, and how long ago it was published.

    `started_s` is how long ago Beat was started, None where it never was.
    """

    every_s: Mapping[str, float]
    ago_s: Mapping[str, float]
    started_s: float | None


def workers(found: Mapping[str, Iterable[str]], wanted: Sequence[str]) -> Part:
    """`found`: the queues that each worker consumes, by its name."""
    if not found:
        return Part("workers", UNHEALTHY, "no worker answers", "start a worker")
    served = {queue for queues in found.values() for queue in queues}
    missing = [queue for queue in wanted if queue not in served]
    told = ", ".join(sorted(found))
    if not missing:
        return Part("workers", HEALTHY, f"every queue is served: {told}")
    state = UNHEALTHY if MESSAGES in missing else DEGRADED
    names = ",".join(missing)
    return Part(
        "workers",
        state,
        f"no worker on {names}; there are {told}",
        f"start a worker with -Q {names}",
    )


def queues(depths: Mapping[str, int]) -> Part:
    told = ", ".join(f"{name} {depth:,}" for name, depth in depths.items())
    long = [name for name, n in depths.items() if n > LONG_QUEUES.get(name, LONG_QUEUE)]
    if not long:
        return Part("queues", HEALTHY, f"waiting: {told}")
    bounds = ", ".join(f"{name} {LONG_QUEUES.get(name, LONG_QUEUE):,}" for name in long)
    return Part(
        "queues",
        DEGRADED,
        f"more wait than should ({bounds}): {told}",
        f"start more workers, or see what keeps those of {', '.join(long)} busy: analyticbot tasks",
    )


def due(found: DueFacts) -> Part:
    """How late the ledger's messages are: a running broadcast is no fault, a waiting post is."""
    what, age_s = _latest(found)
    if not age_s:
        return Part("due", HEALTHY, "nothing that is due waits")
    told = f"the oldest {what} has been due for {age_s:.0f} s"
    if age_s <= LATE_S:
        return Part("due", HEALTHY, told)
    told += f"; {found.posts:,} posts wait, {found.sent:,} messages were sent in the last minute"
    if found.held_s > 0:
        held = f"the bot is held for {found.held_s:.0f} s more ({found.hold_reason or 'flood'})"
        return Part("due", DEGRADED, f"{held}: {told}", "see telegram")
    if found.rate and found.sent >= AT_THE_LIMIT * found.rate * MINUTE_S:
        reason = f"{told}: as fast as TELEGRAM_RATE ({found.rate:g} a second) allows"
        return Part("due", DEGRADED, reason, "wait, or spread what is scheduled for one moment")
    state = UNHEALTHY if age_s > STUCK_S else DEGRADED
    return Part("due", state, told, "see workers, broker and telegram; analyticbot list")


def _latest(found: DueFacts) -> tuple[str, float]:
    """A broadcast counts only where nothing was sent for a minute."""
    broadcast_s = (found.oldest_broadcast_s or 0.0) if not found.sent else 0.0
    post_s = found.oldest_post_s or 0.0
    return ("message of a broadcast", broadcast_s) if broadcast_s > post_s else ("post", post_s)


def beat(found: BeatFacts) -> Part:
    """Never worse than degraded: the workers' own timers send what is due without Beat."""
    if found.started_s is None and not found.ago_s:
        return Part("beat", DEGRADED, "Beat has never run here", "start Beat: one, for all workers")
    late = {name: _ago_s(found, name) for name in found.every_s if _is_late(found, name)}
    if late:
        told = ", ".join(
            f"{name} {_told(found.ago_s.get(name))} (every {found.every_s[name]:g} s)"
            for name in sorted(late, key=late.__getitem__, reverse=True)
        )
        return Part("beat", DEGRADED, f"not published in time: {told}", "see whether Beat runs")
    ticked = [ago_s for name, ago_s in found.ago_s.items() if name in found.every_s]
    if not ticked:
        return Part("beat", HEALTHY, f"started {found.started_s or 0:.0f} s ago, nothing due yet")
    return Part("beat", HEALTHY, f"published something {min(ticked):.0f} s ago")


def _is_late(found: BeatFacts, entry: str) -> bool:
    allowed_s = TICK_INTERVALS * found.every_s[entry] + TICK_GRACE_S
    if entry in found.ago_s and found.started_s is not None and found.started_s < TICK_GRACE_S:
        return False  # it was away, and is about to publish what is overdue
    return _ago_s(found, entry) > allowed_s


def _ago_s(found: BeatFacts, entry: str) -> float:
    """Since it was published; for one that never was, since Beat was started."""
    return found.ago_s.get(entry, found.started_s or 0.0)


def _told(ago_s: float | None) -> str:
    return "never" if ago_s is None else f"{ago_s:.0f} s ago"
