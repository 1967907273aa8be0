"""What was found of the place where the system runs (versions, clocks, the database's promises,
files and who may read them), and what that means.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from core.health import HealthState, Part

HEALTHY, DEGRADED, UNHEALTHY = HealthState

Version = tuple[int, ...]

TRIED = {"PostgreSQL": (15,), "SQLite": (3, 35), "Redis": (7,), "Valkey": (7,), "RabbitMQ": (3, 10)}
"""The oldest of each server with which the tests have run, and SQLite's first with RETURNING."""

LEADING = re.compile(r"\d+(\.\d+)*")

CLOCKS_APART_S, CLOCKS_FAR_APART_S = 1.0, 30.0
TELEGRAM, TELEGRAM_TELLS_S = "Telegram's", 1.0
"""Its clock is known from a header in whole seconds."""

CONNECTIONS_NEARLY_USED = 0.8


@dataclass(frozen=True, slots=True)
class Installed:
    """A package: the version that is there ("" for none), and the one that is wanted."""

    name: str
    present: str
    wanted: str


@dataclass(frozen=True, slots=True)
class Server:
    """A server that we depend on; its version as it tells it, such as "17.2 (Debian ...)"."""

    name: str
    version: str


@dataclass(frozen=True, slots=True)
class PostgresFacts:
    """`off` names the settings that should be on; connections are those of all its users."""

    off: Sequence[str]
    connections: int
    most_connections: int
    may_create: bool


@dataclass(frozen=True, slots=True)
class Access:
    """Something wrong with a file or folder, and what to do about it."""

    problem: str
    remedy: str
    stops_work: bool = False


def versions(packages: Iterable[Installed], servers: Sequence[Server], own: str) -> Part:
    """`own` says what this program and its Python are."""
    wrong = [each for each in packages if each.present != each.wanted]
    old = [each for each in servers if number(each.version) < TRIED[each.name]]
    told = [own, *(f"{each.name} {_short(each.version)}" for each in servers)]
    told += [f"{each.name} is {each.present or 'missing'}, not {each.wanted}" for each in wrong]
    told += [f"{each.name} is older than {_dotted(TRIED[each.name])}" for each in old]
    remedies = ["install requirements.lock anew"] * bool(wrong)
    remedies += [f"upgrade {each.name}: nothing older was tried" for each in old]
    return _part("versions", DEGRADED if wrong or old else HEALTHY, told, remedies)


def number(version: str) -> Version:
    """As far as it is made of numbers: (3, 40, 1) of "3.40.1", (18,) of "18beta1"."""
    found = LEADING.match(version)
    return tuple(map(int, found[0].split("."))) if found else ()


def ahead_s(told_s: float, began_s: float, ended_s: float) -> float:
    """How far a clock is ahead that told this time, in Unix seconds, between these two of ours:
    give or take half of the way there and back.
    """
    return told_s - (began_s + ended_s) / 2


def clocks(ahead: Mapping[str, float]) -> Part:
    """How far each clock is ahead of this machine's; that of TELEGRAM is told in seconds."""
    apart_s = [
        max(0.0, abs(seconds) - TELEGRAM_TELLS_S * (name == TELEGRAM))
        for name, seconds in ahead.items()
    ]
    state = _of_distance(max(apart_s, default=0.0))
    told = [f"{name} {seconds:+.1f} s" for name, seconds in ahead.items()]
    words = f"beside this machine's clock: {', '.join(told)}" if told else "no other can be asked"
    remedy = "let NTP (chrony, systemd-timesyncd) set the clocks of all machines"
    return _part("clocks", state, [words], [remedy] * (state is not HEALTHY))


def _of_distance(apart_s: float) -> HealthState:
    if apart_s > CLOCKS_FAR_APART_S:
        return UNHEALTHY
    return DEGRADED if apart_s > CLOCKS_APART_S else HEALTHY


def postgres(found: PostgresFacts) -> Part:
    troubles = list(_postgres_troubles(found))
    used = f"{found.connections} of {found.most_connections} connections in use"
    told = [used, *(problem for problem, _ in troubles)]
    state = DEGRADED if troubles else HEALTHY
    if found.off:  # what may be lost is the ledger itself
        state = UNHEALTHY
    return _part("postgres", state, told, [remedy for _, remedy in troubles])


def _postgres_troubles(found: PostgresFacts) -> Iterable[tuple[str, str]]:
    for name in found.off:
        problem = f"{name} is off: a crash of the server loses what we have promised to keep"
        yield problem, f"set {name} = on, in postgresql.conf or where a database or role has it off"
    if found.connections > CONNECTIONS_NEARLY_USED * found.most_connections:
        yield "nearly all are taken", "raise max_connections, or run fewer workers"
    if not found.may_create:
        yield "this user may not make tables", "GRANT CREATE ON SCHEMA to it before an upgrade"


def access(name: str, troubles: Sequence[Access], well: str) -> Part:
    """Files and folders; `well` is told where nothing is wrong with them."""
    if not troubles:
        return _part(name, HEALTHY, [well], [])
    state = UNHEALTHY if any(each.stops_work for each in troubles) else DEGRADED
    return _part(name, state, [each.problem for each in troubles], [e.remedy for e in troubles])


def settings(problems: Mapping[str, str], well: str) -> Part:
    """Settings that can be read, and will hardly be meant: each with its remedy."""
    state = DEGRADED if problems else HEALTHY
    return _part("settings", state, list(problems) or [well], list(problems.values()))


def _part(name: str, state: HealthState, told: Sequence[str], remedies: Sequence[str]) -> Part:
    return Part(name, state, "; ".join(told), "; ".join(remedies))


def _short(version: str) -> str:
    return version.split(" ", maxsplit=1)[0]


def _dotted(version: Version) -> str:
    return ".".join(map(str, version))
