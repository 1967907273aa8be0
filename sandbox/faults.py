"""Trouble on request: what goes wrong, in which chat, how many times.

Some chats bring their trouble along, so that a demo needs no admin call. Their number
(the id without its sign and -100) is 400nnnCCC, with any nnn and CCC from this table;
where it says once, each such chat does it once and then behaves:

    CCC  what happens
    301  group: has become a supergroup, whose number ends in 300 instead
    403  blocked by the user (private), or the bot was kicked (others)
    404  chat not found
    405  not enough rights to send
    408  every answer takes 2 s
    410  the user is deactivated
    423  accepted, then held until released
    429  flooded once: retry after 1
    430  flooded three times: retry after 2
    498  connection cut before anything happened, once
    499  accepted, then the connection is cut, once
    500  500 in JSON, once
    502  502 in HTML, once
    503  500 in JSON, always
    504  accepted, then answered 504 in HTML, once

So 400000403 is a user who blocked the bot, -400000301 a group that migrates to
-1000400000300, and -1000400007499 a supergroup that hides one answer.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from enum import StrEnum
from typing import Any

from sandbox.chats import SUPERGROUPS, number_of

MAGIC_FIRST, MAGIC_LAST = 400_000_000, 400_999_999
CODES = 1000

MIGRATED_CHAT = 400_000_301
BLOCKED_USER = 400_000_403
MISSING_CHAT = 400_000_404
CHAT_WITHOUT_RIGHTS = 400_000_405
SLOW_CHAT = 400_000_408
DEACTIVATED_USER = 400_000_410
HELD_CHAT = 400_000_423
FLOODED_ONCE = 400_000_429
FLOODED_THRICE = 400_000_430
CUT_BEFORE_ONCE = 400_000_498
CUT_AFTER_ONCE = 400_000_499
ERROR_ONCE = 400_000_500
BAD_GATEWAY_ONCE = 400_000_502
ERROR_ALWAYS = 400_000_503
HIDDEN_ONCE = 400_000_504


class Kind(StrEnum):
    """What can go wrong."""

    FLOOD = "flood"  # 429 with retry_after; nothing accepted
    ERROR = "error"  # a 5xx, before the message is accepted or (after) once it is
    SLOW = "slow"  # delay_s, before or after
    CUT_BEFORE = "cut_before"  # connection closed, nothing accepted
    CUT_AFTER = "cut_after"  # message accepted, then the connection closed
    HOLD = "hold"  # accepted (or, with after=false, not yet looked at), then kept waiting
    BLOCKED = "blocked"
    DEACTIVATED = "deactivated"
    KICKED = "kicked"
    NO_RIGHTS = "no_rights"
    MIGRATED = "migrated"
    NOT_FOUND = "not_found"
    BAD_TOKEN = "bad_token"  # 401  # noqa: S105


class Phase(StrEnum):
    """When a fault strikes."""

    BEFORE = "before"  # before the request is looked at
    REFUSAL = "refusal"  # its content is right; Telegram says no
    AFTER = "after"  # the message is accepted and in the receipts


PREVIEW = "preview"
"""The method of a channel's preview page; only a fault that names it strikes there."""

ALWAYS_BEFORE = frozenset({Kind.CUT_BEFORE, Kind.BAD_TOKEN})
EITHER = frozenset({Kind.ERROR, Kind.SLOW, Kind.HOLD})
SENDS_ONLY = frozenset({Kind.BLOCKED, Kind.DEACTIVATED, Kind.NO_RIGHTS, Kind.MIGRATED})
"""They do not keep getChat from answering."""


@dataclass(slots=True)
class Fault:
    """One fault. Without `chat_id` it is everybody's; without `count` it stays.

    `after` matters for error, slow and hold; None stands for their own default.
    """

    kind: Kind
    chat_id: int | None = None
    count: int | None = None
    method: str = ""
    after: bool | None = None
    retry_after: int = 1
    status: int = 502
    html: bool = False
    delay_s: float = 1.0
    to: int | None = None
    description: str = ""
    id: int = 0

    @property
    def phase(self) -> Phase:
        if self.kind in ALWAYS_BEFORE:
            return Phase.BEFORE
        if self.kind in EITHER:
            after = self.kind is Kind.HOLD if self.after is None else self.after
            return Phase.AFTER if after else Phase.BEFORE
        return Phase.AFTER if self.kind is Kind.CUT_AFTER else Phase.REFUSAL

    def concerns(self, method: str, phase: Phase) -> bool:
        named = self.method == method or (not self.method and method != PREVIEW)
        return named and self.count != 0 and self.phase is phase

    def facts(self) -> dict[str, Any]:
        return asdict(self)


MAGIC: Mapping[int, Fault] = {
    MIGRATED_CHAT % CODES: Fault(Kind.MIGRATED),
    BLOCKED_USER % CODES: Fault(Kind.BLOCKED),
    MISSING_CHAT % CODES: Fault(Kind.NOT_FOUND),
    CHAT_WITHOUT_RIGHTS % CODES: Fault(Kind.NO_RIGHTS),
    SLOW_CHAT % CODES: Fault(Kind.SLOW, delay_s=2.0),
    DEACTIVATED_USER % CODES: Fault(Kind.DEACTIVATED),
    HELD_CHAT % CODES: Fault(Kind.HOLD),
    FLOODED_ONCE % CODES: Fault(Kind.FLOOD, count=1, retry_after=1),
    FLOODED_THRICE % CODES: Fault(Kind.FLOOD, count=3, retry_after=2),
    CUT_BEFORE_ONCE % CODES: Fault(Kind.CUT_BEFORE, count=1),
    CUT_AFTER_ONCE % CODES: Fault(Kind.CUT_AFTER, count=1),
    ERROR_ONCE % CODES: Fault(Kind.ERROR, count=1, status=500),
    BAD_GATEWAY_ONCE % CODES: Fault(Kind.ERROR, count=1, status=502, html=True),
    ERROR_ALWAYS % CODES: Fault(Kind.ERROR, status=500),
    HIDDEN_ONCE % CODES: Fault(Kind.ERROR, count=1, status=504, html=True, after=True),
}


@dataclass(slots=True)
class Faults:
    """The faults in force, everybody's and each chat's."""

    _everywhere: list[Fault] = field(default_factory=list)
    _by_chat: dict[int, list[Fault]] = field(default_factory=dict)
    _last_id: int = 0

    def add(self, kind: Kind | str, chat_id: int | None = None, **details: Any) -> Fault:
        self._last_id += 1
        fault = Fault(Kind(kind), chat_id, id=self._last_id, **details)
        if chat_id is None:
            self._everywhere.append(fault)
        else:
            self._of_chat(chat_id).append(fault)
        return fault

    def remove(self, fault_id: int | None = None, chat_id: int | None = None) -> int:
        """Drop one fault, or a chat's, or all (the magic chats' as far as they were met)."""
        doomed = [
            fault
            for fault in self.all()
            if fault_id in (None, fault.id) and chat_id in (None, fault.chat_id)
        ]
        for fault in doomed:
            self._list_of(fault).remove(fault)
        return len(doomed)

    def remove_holds(self, chat_id: int | None = None) -> None:
        for fault in self.all():
            if fault.kind is Kind.HOLD and chat_id in (None, fault.chat_id):
                self._list_of(fault).remove(fault)

    def all(self) -> list[Fault]:
        return [*self._everywhere, *(f for faults in self._by_chat.values() for f in faults)]

    def of(self, chat_id: int | None) -> list[Fault]:
        """What may befall a request to this chat; mostly an empty list."""
        if chat_id is None:
            return self._everywhere
        faults = self._by_chat.get(chat_id)
        if faults is None and MAGIC_FIRST <= number_of(chat_id) <= MAGIC_LAST:
            faults = self._of_chat(chat_id)
        return [*self._everywhere, *faults] if faults else self._everywhere

    def _of_chat(self, chat_id: int) -> list[Fault]:
        if chat_id not in self._by_chat:
            self._by_chat[chat_id] = list(self._magic(chat_id))
        return self._by_chat[chat_id]

    def _magic(self, chat_id: int) -> list[Fault]:
        number = number_of(chat_id)
        template = MAGIC.get(number % CODES)
        if template is None or not MAGIC_FIRST <= number <= MAGIC_LAST:
            return []
        self._last_id += 1
        return [replace(template, chat_id=chat_id, id=self._last_id)]

    def _list_of(self, fault: Fault) -> list[Fault]:
        return self._everywhere if fault.chat_id is None else self._by_chat[fault.chat_id]


def take(faults: list[Fault], method: str, phase: Phase) -> list[Fault]:
    """The faults that strike here and now, each with one of its times spent."""
    struck = [fault for fault in faults if fault.concerns(method, phase)]
    for fault in struck:
        if fault.count is not None:
            fault.count -= 1
    return struck


def supergroup_of(chat_id: int) -> int:
    """Where a group moves to, if nobody said: its number, less the code of a magic one."""
    number = number_of(chat_id)
    if MAGIC_FIRST <= number <= MAGIC_LAST:
        number -= number % CODES - 300
    return -(SUPERGROUPS + number)
