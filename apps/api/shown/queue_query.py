"""What the address of the queue asks for: a tab, filters, and where the page begins."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from apps.api import cursors
from core.chat_id import parse_chat_id
from core.errors import InvalidInput
from core.message import POSTS, State
from infra.db.listing import Place, Wanted
from infra.db.states import WAITING

TABS: Mapping[str, tuple[State, ...]] = {
    "waiting": WAITING,
    "sent": (State.SENT,),
    "failed": (State.FAILED,),
    "uncertain": (State.UNCERTAIN,),
    "cancelled": (State.CANCELLED,),
    "expired": (State.EXPIRED,),
    "all": (),
}
STATES = {state.value: (state,) for state in State}
"""An address may name any state, whether it has a tab or not."""

Q_CHARACTERS = 200
REASON_CHARACTERS = 200
YEARS = range(1970, 2200)
BROADCASTS = "too"
"""`broadcasts=too` shows their messages among the posts."""


@dataclass(frozen=True, slots=True)
class QueueQuery:
    """`given` is what the address says, of what is known here; `next` of a page goes in by `at`."""

    wanted: Wanted
    after: Place | None
    given: Mapping[str, str] = field(default_factory=dict)

    @property
    def tab(self) -> str:
        return self.given.get("state", "waiting")

    def said(self, name: str) -> str:
        return self.given.get(name, "")

    def at(self, **changes: str | None) -> str:
        """The address with these changes; another tab or filter begins at its first page."""
        values = {name: text for name, text in self.given.items() if name != "cursor"} | changes
        query = urlencode({name: text for name, text in values.items() if text})
        return f"/queue?{query}" if query else "/queue"

    def older(self, place: Place | None) -> str:
        return self.at(cursor=cursors.encode(place)) if place is not None else ""

    @property
    def here(self) -> str:
        return self.at(cursor=self.given.get("cursor"))

    @property
    def is_narrow(self) -> bool:
        """Whether there is a filter that could be taken away."""
        return bool(set(self.given) - {"state", "cursor"})


NAMES = (
    *("state", "channel", "since", "until", "q", "broadcasts", "cursor"),
    *("reason", "series", "broadcast"),
)


def read(params: Mapping[str, str], zone: ZoneInfo) -> QueueQuery:
    """Raises InvalidInput; days are days of the zone, `until` the last one."""
    given = {name: params[name].strip() for name in NAMES if params.get(name, "").strip()}
    for name, text in given.items():
        _check_text(name, text)
    wanted = Wanted(
        states=_states(given.get("state", "waiting")),
        chat_id=parse_chat_id(given["channel"], "channel") if "channel" in given else "",
        broadcast_id=_broadcast(given),
        series_id=_number(given, "series"),
        reason=given.get("reason"),
        since=_midnight(given, "since", zone, 0),
        until=_midnight(given, "until", zone, 1),
        q=given.get("q", ""),
    )
    after = cursors.decode(given["cursor"]) if "cursor" in given else None
    return QueueQuery(wanted, after, given)


def _check_text(name: str, text: str) -> None:
    if "\0" in text or (not text.isascii() and text != text.encode("utf-8", "replace").decode()):
        raise InvalidInput(name, "holds a character that is no text", "leave it out")
    most = cursors.LONGEST if name == "cursor" else max(Q_CHARACTERS, REASON_CHARACTERS)
    if len(text) > most:
        raise InvalidInput(name, f"is longer than {most} characters", "shorten it")


def _states(name: str) -> tuple[State, ...]:
    found = TABS.get(name, STATES.get(name))
    if found is None:
        raise InvalidInput("state", f"{name[:40]!r} is none", f"take one of {', '.join(TABS)}")
    return found


def _broadcast(given: Mapping[str, str]) -> int | None:
    """One's own; posts alone, unless somebody wants all."""
    if "broadcast" in given:
        return _number(given, "broadcast")
    narrow = "channel" in given or "series" in given
    return None if narrow or given.get("broadcasts") == BROADCASTS else POSTS


def _number(given: Mapping[str, str], name: str) -> int | None:
    text = given.get(name)
    if text is None:
        return None
    if not (text.isascii() and text.isdecimal() and 0 < len(text) < 19 and int(text) > 0):
        raise InvalidInput(name, f"{text[:40]!r} is no number of one", "follow a link to it")
    return int(text)


def _midnight(given: Mapping[str, str], name: str, zone: ZoneInfo, days: int) -> datetime | None:
    if name not in given:
        return None
    try:
        day = date.fromisoformat(given[name])
    except ValueError:
        raise InvalidInput(name, f"{given[name][:40]!r} is no day", "write 2027-01-31") from None
    if day.year not in YEARS:
        raise InvalidInput(name, "is too far away", "write 2027-01-31")
    return datetime.combine(day + timedelta(days=days), time(), zone)
