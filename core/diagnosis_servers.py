"""What was found of the servers that we depend on, and of the disk, and what that means. These
thresholds are in docs/health.md, too.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from core.health import HealthState, Kept, Part
from core.health_phrases import Phrase, held, phrase

HEALTHY, DEGRADED, UNHEALTHY = HealthState

# Telegram keeps us from sending for five minutes: by then a person should know. A little less, so
# that of two checks that are five minutes apart the second finds it so.
TELEGRAM_AWAY_S = 270.0
# A flood of a few seconds is a matter of course.
SHORT_HOLD_S = 10.0
MEMORY_NEARLY_FULL = 0.9
GIB, MB = 2**30, 10**6
DISK_FULL = 100 * MB
# A tenth of the disk is little on a small one; on a large one it is plenty.
DISK_SHARE, DISK_AT_LEAST, DISK_AT_MOST = 0.1, 200 * MB, GIB

BROKER, GOVERNOR = "broker", "governor"
UNAUTHORIZED = "unauthorized"
"""The reason of the hold that a refused token brings."""


@dataclass(frozen=True, slots=True)
class DatabaseFacts:
    """Milliseconds for a look and for a commit; `read_only` says why it takes no writes."""

    read_ms: float
    write_ms: float = 0.0
    read_only: str = ""


@dataclass(frozen=True, slots=True)
class BrokerFacts:
    """None stands for what the server does not tell, as managed ones often don't.

    `write_fault` says why it takes no writes. Of what is no Redis only that and the latency are
    known.
    """

    latency_ms: float
    persists: bool | None = None
    eviction: str | None = None
    used_bytes: int = 0
    max_bytes: int = 0
    write_fault: str = ""
    is_redis: bool = True


@dataclass(frozen=True, slots=True)
class TelegramFacts:
    """`refused` is what Telegram said of the token, `trouble` why it did not answer."""

    latency_ms: float = 0.0
    name: str = ""
    refused: str = ""
    trouble: str = ""


@dataclass(frozen=True, slots=True)
class DiskFacts:
    """Bytes on the disk that this folder is on."""

    folder: str
    free: int
    total: int


def database(found: DatabaseFacts) -> Part:
    read_ms = f"{found.read_ms:.0f}"
    if found.read_only:
        why = phrase("no_writes_db", read_ms=read_ms, why=found.read_only)
        return Part.said("database", UNHEALTHY, [why], phrase("do_primary"))
    why = phrase("reads_writes", read_ms=read_ms, write_ms=f"{found.write_ms:.0f}")
    return Part.said("database", HEALTHY, [why])


def database_trouble(error: str) -> Part:
    """Of a database that could not be read or written; a remedy stands behind the semicolon."""
    if any(words in error for words in _LOCKED):
        why = phrase("file_locked", why=error)
        return Part.said("database", UNHEALTHY, [why], phrase("do_end_writer"))
    reason, _, remedy = error.replace("TimeoutError", "no answer in time").partition("; ")
    todo = phrase("do", what=remedy) if remedy else phrase("do_start_database")
    return Part.said("database", UNHEALTHY, [phrase("trouble", why=reason)], todo)


# SQLite's words, and those of the turn that our own writers take.
_LOCKED = ("database is locked", "another process writes")


def broker(name: str, found: BrokerFacts) -> Part:
    """The broker, or the Redis of the governor (`name`)."""
    told = phrase("answers", ms=f"{found.latency_ms:.0f}")
    if found.write_fault:
        why = phrase("no_writes", why=found.write_fault)
        return Part.said(name, UNHEALTHY, [why], phrase(_WRITES[name]))
    if not found.is_redis:
        return Part.said(name, HEALTHY, [told])
    troubles = list(_troubles(name, found))
    if troubles:
        reasons, remedies = zip(*troubles, strict=True)
        return Part.said(name, DEGRADED, [told, *reasons], *remedies)
    return Part.said(name, HEALTHY, [told, *_memory(found), *_untold(found)])


_WRITES = {BROKER: "do_mend_broker", GOVERNOR: "do_mend_governor"}


def _troubles(name: str, found: BrokerFacts) -> Iterable[tuple[Phrase, Phrase]]:
    if found.eviction not in (None, "noeviction"):
        yield phrase("evicts", policy=str(found.eviction)), phrase("do_noeviction")
    if found.persists is False and name == BROKER:  # the governor's keys last for seconds
        yield phrase("not_persistent"), phrase("do_appendonly")
    if found.max_bytes and found.used_bytes >= MEMORY_NEARLY_FULL * found.max_bytes:
        [memory] = _memory(found)
        yield memory, phrase("do_maxmemory")


def _memory(found: BrokerFacts) -> Sequence[Phrase]:
    if not found.max_bytes:
        return ()
    share = found.used_bytes / found.max_bytes
    return (phrase("memory", share=f"{share:.0%}", size=size(found.max_bytes)),)


def _untold(found: BrokerFacts) -> Sequence[Phrase]:
    asked = {"persistence": found.persists, "maxmemory-policy": found.eviction}
    untold = ", ".join(name for name, value in asked.items() if value is None)
    return (phrase("cannot_ask", what=untold),) if untold else ()


def telegram(
    found: TelegramFacts, held_s: float, hold_reason: str, before: Kept | None, now: datetime
) -> Part:
    """`held_s`: how long the bot is held. `before` is what the last check found of Telegram."""
    if found.refused:
        why = phrase("token_refused", why=found.refused)
        return Part.said("telegram", UNHEALTHY, [why], phrase("do_token"))
    if found.trouble:
        why = phrase("unreachable", why=found.trouble)
        return Part.said("telegram", _away(before, now), [why], phrase("do_reach"))
    told = [phrase("bot_answers", bot=found.name, ms=f"{found.latency_ms:.0f}")]
    if held_s > 0:
        told.append(held(held_s, hold_reason))
    if held_s > SHORT_HOLD_S:
        remedy = phrase("do_token" if hold_reason == UNAUTHORIZED else "do_wait")
        return Part.said("telegram", _away(before, now), told, remedy)
    return Part.said("telegram", HEALTHY, told)


def _away(before: Kept | None, now: datetime) -> HealthState:
    """Degraded at first, unhealthy once nothing could be sent for TELEGRAM_AWAY_S."""
    if before is None or before.part.state is HealthState.HEALTHY:
        return DEGRADED
    long = (now - before.since).total_seconds() >= TELEGRAM_AWAY_S
    return UNHEALTHY if long or before.part.state is HealthState.UNHEALTHY else DEGRADED


def disk(found: Sequence[DiskFacts]) -> Part:
    """The folders that we write to; the fullest disk counts."""
    tight = min(found, key=lambda each: each.free / _little(each.total))
    args = {"free": size(tight.free), "total": size(tight.total), "folder": tight.folder}
    remedy = phrase("do_free_disk")
    if tight.free < DISK_FULL:
        return Part.said("disk", UNHEALTHY, [phrase("disk_full", **args)], remedy)
    if tight.free < _little(tight.total):
        return Part.said("disk", DEGRADED, [phrase("disk_tight", **args)], remedy)
    return Part.said("disk", HEALTHY, [phrase("disk_free", **args)])


def _little(total: int) -> float:
    return max(DISK_AT_LEAST, min(DISK_AT_MOST, total * DISK_SHARE))


def size(n: float) -> str:
    """Bytes as people read them."""
    return f"{n / GIB:.1f} GiB" if n >= GIB else f"{n / MB:.0f} MB"
