"""What was found of the servers that we depend on, and of the disk, and what that means. These
thresholds are in docs/health.md, too.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from core.health import HealthState, Kept, Part

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

    `write_fault` says why it takes no writes. Of what is no Redis only the latency is known.
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
    if found.read_only:
        return Part(
            "database",
            UNHEALTHY,
            f"reads in {found.read_ms:.0f} ms, and takes no writes: {found.read_only}",
            "point DATABASE_URL at the primary server, or let it take writes again",
        )
    told = f"reads in {found.read_ms:.0f} ms, writes in {found.write_ms:.0f} ms"
    return Part("database", HEALTHY, told)


def database_trouble(error: str) -> Part:
    """Of a database that could not be read or written; a remedy stands behind the semicolon."""
    if any(words in error for words in _LOCKED):
        reason = f"another writer holds the lock of its file: {error}"
        return Part("database", UNHEALTHY, reason, "find who with `fuser`, and end that program")
    reason, _, remedy = error.replace("TimeoutError", "no answer in time").partition("; ")
    return Part("database", UNHEALTHY, reason, remedy or "start it, or mend DATABASE_URL")


# SQLite's words, and those of the turn that our own writers take.
_LOCKED = ("database is locked", "another process writes")


def broker(name: str, found: BrokerFacts) -> Part:
    """The broker, or the Redis of the governor (`name`)."""
    told = f"answers in {found.latency_ms:.0f} ms"
    if not found.is_redis:
        return Part(name, HEALTHY, told)
    if found.write_fault:
        return Part(name, UNHEALTHY, f"takes no writes: {found.write_fault}", _WRITES[name])
    troubles = list(_troubles(name, found))
    if troubles:
        reasons, remedies = zip(*troubles, strict=True)
        return Part(name, DEGRADED, f"{told}; {'; '.join(reasons)}", "; ".join(remedies))
    return Part(name, HEALTHY, "; ".join([told, *_memory(found), *_untold(found)]))


_WRITES = {
    BROKER: "mend its memory or disk; messages wait in the ledger until then",
    GOVERNOR: "mend its memory or disk; without it nothing may be sent",
}


def _troubles(name: str, found: BrokerFacts) -> Iterable[tuple[str, str]]:
    if found.eviction not in (None, "noeviction"):
        yield (
            f"maxmemory-policy is {found.eviction}: it may drop queued tasks and the rate limit",
            "set maxmemory-policy to noeviction",
        )
    if found.persists is False and name == BROKER:  # the governor's keys last for seconds
        yield (
            "persistence is off: messages in flight are only in memory; "
            "the ledger brings them back, results are lost",
            "set appendonly to yes",
        )
    if found.max_bytes and found.used_bytes >= MEMORY_NEARLY_FULL * found.max_bytes:
        [memory] = _memory(found)
        yield memory, "raise maxmemory, or find out what fills it"


def _memory(found: BrokerFacts) -> Sequence[str]:
    if not found.max_bytes:
        return ()
    share = found.used_bytes / found.max_bytes
    return (f"{share:.0%} of its {size(found.max_bytes)} memory in use",)


def _untold(found: BrokerFacts) -> Sequence[str]:
    asked = {"persistence": found.persists, "maxmemory-policy": found.eviction}
    untold = " and ".join(name for name, value in asked.items() if value is None)
    return (f"{untold} cannot be asked",) if untold else ()


def telegram(
    found: TelegramFacts, held_s: float, hold_reason: str, before: Kept | None, now: datetime
) -> Part:
    """`held_s`: how long the bot is held. `before` is what the last check found of Telegram."""
    told = f"{found.name} answers in {found.latency_ms:.0f} ms"
    if found.refused:
        return Part("telegram", UNHEALTHY, f"refuses the token: {found.refused}", _TOKEN)
    if found.trouble:
        remedy = "see whether this machine reaches TELEGRAM_API_URL; messages wait in the ledger"
        return Part("telegram", _away(before, now), f"cannot be reached: {found.trouble}", remedy)
    if held_s > 0:
        told += f"; the bot is held for {held_s:.0f} s more: {hold_reason or 'flood'}"
    if held_s > SHORT_HOLD_S:
        remedy = (
            _TOKEN if hold_reason == UNAUTHORIZED else "wait; messages leave by themselves then"
        )
        return Part("telegram", _away(before, now), told, remedy)
    return Part("telegram", HEALTHY, told)


_TOKEN = "copy the token anew from @BotFather into BOT_TOKEN, and start the workers again"  # noqa: S105


def _away(before: Kept | None, now: datetime) -> HealthState:
    """Degraded at first, unhealthy once nothing could be sent for TELEGRAM_AWAY_S."""
    if before is None or before.part.state is HealthState.HEALTHY:
        return DEGRADED
    long = (now - before.since).total_seconds() >= TELEGRAM_AWAY_S
    return UNHEALTHY if long or before.part.state is HealthState.UNHEALTHY else DEGRADED


def disk(found: Sequence[DiskFacts]) -> Part:
    """The folders that we write to; the fullest disk counts."""
    tight = min(found, key=lambda each: each.free / _little(each.total))
    told = f"{size(tight.free)} of {size(tight.total)} free at {tight.folder}"
    remedy = "delete what is not needed there, or give it a larger disk"
    if tight.free < DISK_FULL:
        return Part("disk", UNHEALTHY, f"full: {told}", remedy)
    if tight.free < _little(tight.total):
        return Part("disk", DEGRADED, f"nearly full: {told}", remedy)
    return Part("disk", HEALTHY, told)


def _little(total: int) -> float:
    return max(DISK_AT_LEAST, min(DISK_AT_MOST, total * DISK_SHARE))


def size(n: float) -> str:
    """Bytes as people read them."""
    return f"{n / GIB:.1f} GiB" if n >= GIB else f"{n / MB:.0f} MB"
