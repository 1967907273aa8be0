"""What was found of the work that is done, or waits to be, and what that means. These thresholds
are in docs/health.md, too.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from core.health import HealthState, Part
from core.health_phrases import held, phrase

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
        return Part.said("workers", UNHEALTHY, [phrase("no_worker")], phrase("do_start_worker"))
    served = {queue for queues in found.values() for queue in queues}
    missing = [queue for queue in wanted if queue not in served]
    told = ", ".join(sorted(found))
    if not missing:
        return Part.said("workers", HEALTHY, [phrase("all_served", workers=told)])
    state, names = UNHEALTHY if MESSAGES in missing else DEGRADED, ",".join(missing)
    why = phrase("unserved", queues=names, workers=told)
    return Part.said("workers", state, [why], phrase("do_start_worker_on", queues=names))


def queues(depths: Mapping[str, int]) -> Part:
    told = ", ".join(f"{name} {depth:,}" for name, depth in depths.items())
    long = [name for name, n in depths.items() if n > LONG_QUEUES.get(name, LONG_QUEUE)]
    if not long:
        return Part.said("queues", HEALTHY, [phrase("waiting", queues=told)])
    bounds = ", ".join(f"{name} {LONG_QUEUES.get(name, LONG_QUEUE):,}" for name in long)
    why = phrase("too_many_wait", bounds=bounds, queues=told)
    return Part.said("queues", DEGRADED, [why], phrase("do_more_workers", queues=", ".join(long)))


def due(found: DueFacts) -> Part:
    """How late the ledger's messages are: a running broadcast is no fault, a waiting post is."""
    what, age_s = _latest(found)
    if not age_s:
        return Part.said("due", HEALTHY, [phrase("nothing_due")])
    told = [phrase(what, seconds=f"{age_s:.0f}")]
    if age_s <= LATE_S:
        return Part.said("due", HEALTHY, told)
    told.append(phrase("backlog", posts=f"{found.posts:,}", sent=f"{found.sent:,}"))
    if found.held_s > 0:
        why = [held(found.held_s, found.hold_reason), *told]
        return Part.said("due", DEGRADED, why, phrase("do_see_telegram"))
    if found.rate and found.sent >= AT_THE_LIMIT * found.rate * MINUTE_S:
        told.append(phrase("at_the_rate", rate=f"{found.rate:g}"))
        return Part.said("due", DEGRADED, told, phrase("do_spread"))
    state = UNHEALTHY if age_s > STUCK_S else DEGRADED
    return Part.said("due", state, told, phrase("do_see_way"))


def _latest(found: DueFacts) -> tuple[str, float]:
    """A broadcast counts only where nothing was sent for a minute."""
    broadcast_s = (found.oldest_broadcast_s or 0.0) if not found.sent else 0.0
    post_s = found.oldest_post_s or 0.0
    return ("oldest_broadcast", broadcast_s) if broadcast_s > post_s else ("oldest_post", post_s)


def beat(found: BeatFacts) -> Part:
    """Never worse than degraded: the workers' own timers send what is due without Beat."""
    if found.started_s is None and not found.ago_s:
        return Part.said("beat", DEGRADED, [phrase("beat_never")], phrase("do_start_beat"))
    late = {name: _ago_s(found, name) for name in found.every_s if _is_late(found, name)}
    if late:
        told = ", ".join(
            f"{name} {_told(found.ago_s.get(name))} (every {found.every_s[name]:g} s)"
            for name in sorted(late, key=late.__getitem__, reverse=True)
        )
        why = phrase("beat_late", entries=told)
        return Part.said("beat", DEGRADED, [why], phrase("do_see_beat"))
    ticked = [ago_s for name, ago_s in found.ago_s.items() if name in found.every_s]
    if not ticked:
        why = phrase("beat_started", seconds=f"{found.started_s or 0:.0f}")
        return Part.said("beat", HEALTHY, [why])
    return Part.said("beat", HEALTHY, [phrase("beat_ticked", seconds=f"{min(ticked):.0f}")])


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
