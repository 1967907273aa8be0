"""The pretended Telegram: takes a call, lets the faults strike, accepts messages."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from sandbox.archive import Archive
from sandbox.arguments import Arguments
from sandbox.chats import Chat, Chats, message_head, type_of
from sandbox.counts import Counts
from sandbox.faults import SENDS_ONLY, Fault, Faults, Kind, Phase, supergroup_of, take
from sandbox.holds import Holds
from sandbox.limits import Limits
from sandbox.receipts import Accepted, Receipts
from sandbox.refusals import Breakdown, Cut, Refusal, bad_request, too_many_requests

ANSWERS = {
    500: "Internal Server Error",
    502: "Bad Gateway",
    503: "Service Unavailable",
    504: "Gateway Timeout",
}
RIGHTS = {
    "sendPhoto": "photos",
    "sendVideo": "videos",
    "sendDocument": "documents",
    "sendAnimation": "animations",
    "sendAudio": "music",
    "sendVoice": "voice notes",
    "sendMediaGroup": "photos",
}


@dataclass(slots=True)
class Call:
    """One call of a method. `chat` is None for a method that concerns no chat."""

    bot_id: int
    method: str
    arguments: Arguments
    received_at: float
    chat: Chat | None = None
    faults: list[Fault] = field(default_factory=list)

    @property
    def chat_id(self) -> int | None:
        return self.chat.id if self.chat else None

    @property
    def target(self) -> Chat:
        """The chat of a method that has one."""
        assert self.chat is not None
        return self.chat


class Telegram:
    """All that the server knows. `clock` is the limits' and must never run backwards."""

    def __init__(
        self,
        limits: Limits | None = None,
        receipts: Receipts | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.limits = limits or Limits()
        self.receipts = receipts or Receipts()
        self.chats, self.archive = Chats(), Archive()
        self.faults, self.holds, self.counts = Faults(), Holds(), Counts()
        self._clock = clock
        self._bots: dict[int, dict[str, Any]] = {}

    def bot(self, bot_id: int) -> dict[str, Any]:
        """The bot's User object."""
        if bot_id not in self._bots:
            name = {"first_name": f"Sandbox bot {bot_id}", "username": f"sandbox_{bot_id}_bot"}
            self._bots[bot_id] = {"id": bot_id, "is_bot": True, **name}
        return self._bots[bot_id]

    async def perform(self, call: Call, answer: Callable[["Telegram", Call], Any]) -> Any:
        """The method's result; or Refusal, or Cut."""
        call.faults = self.faults.of(call.chat_id)
        if not call.faults:
            return answer(self, call)
        await self._strike(call, Phase.BEFORE)
        self._refuse(call, sends=False)
        result = answer(self, call)
        await self._strike(call, Phase.AFTER)
        return result

    def accept(self, call: Call, drafts: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Make the drafts messages of the chat, all or none, each with its receipt."""
        if call.faults:
            self._refuse(call, sends=True)
        self._limit(call, len(drafts))
        now = time.time()
        messages = [self._record(call, draft, now) for draft in drafts]
        self.counts.accepted += len(messages)
        self.receipts.changed.notify()
        return messages

    def reset(self) -> None:
        """Forget everything but the limits' rates; whatever is held is answered."""
        self.holds.thaw()
        self.chats, self.archive, self.faults = Chats(), Archive(), Faults()
        self.receipts.clear()
        self.limits.forget()
        self.counts.clear()

    def _limit(self, call: Call, cost: int) -> None:
        paid = "allow_paid_broadcast" in call.arguments.values and call.arguments.flag(
            "allow_paid_broadcast"
        )
        wait_s = self.limits.take(call.bot_id, call.target, cost, self._clock(), paid=paid)
        if wait_s:
            self.counts.over_limit += 1
            raise too_many_requests(wait_s)

    def _record(self, call: Call, draft: dict[str, Any], now: float) -> dict[str, Any]:
        message = message_head(call.target, self.bot(call.bot_id), now)
        message.update(draft)
        self.archive.keep(message)
        self.receipts.add(
            Accepted(
                call.bot_id,
                call.target.id,
                message["message_id"],
                call.method,
                message.get("text") or message.get("caption") or "",
                call.received_at,
                now,
                call.arguments.facts(),
                message,
            )
        )
        return message

    async def _strike(self, call: Call, phase: Phase) -> None:
        """Wait, hold, cut or answer 5xx, as the faults of this phase say; in that order."""
        struck = take(call.faults, call.method, phase)
        for fault in struck:
            if fault.kind is Kind.SLOW:
                await asyncio.sleep(fault.delay_s)
        for fault in struck:
            if fault.kind is Kind.HOLD:
                await self.holds.hold(call.chat_id, call.method, accepted=phase is Phase.AFTER)
        for fault in struck:
            if fault.kind in (Kind.CUT_BEFORE, Kind.CUT_AFTER):
                raise Cut
            if fault.kind is Kind.BAD_TOKEN:
                raise Refusal(401, "Unauthorized")
            if fault.kind is Kind.ERROR:
                told = fault.description or ANSWERS.get(fault.status, "Error")
                raise Breakdown(fault.status, told, html=fault.html)

    def _refuse(self, call: Call, *, sends: bool) -> None:
        """Raise what Telegram says no with: first what holds for any call, then for sends."""
        faults = [fault for fault in call.faults if (fault.kind in SENDS_ONLY) is sends]
        for fault in take(faults, call.method, Phase.REFUSAL)[:1]:
            raise refusal_of(fault, call)


def refusal_of(fault: Fault, call: Call) -> Refusal:
    """Telegram's words for the fault."""
    chat_type = call.chat.type if call.chat else type_of(-1)
    if fault.kind is Kind.FLOOD:
        return too_many_requests(fault.retry_after)
    if fault.kind is Kind.MIGRATED:
        return _migrated(fault, call)
    code, description = {
        Kind.BLOCKED: (403, "Forbidden: bot was blocked by the user"),
        Kind.DEACTIVATED: (403, "Forbidden: user is deactivated"),
        Kind.KICKED: (403, f"Forbidden: bot was kicked from the {chat_type} chat"),
        Kind.NO_RIGHTS: (
            400,
            f"Bad Request: not enough rights to send {RIGHTS.get(call.method, 'text messages')} "
            "to the chat",
        ),
        Kind.NOT_FOUND: (400, "Bad Request: chat not found"),
    }[fault.kind]
    return Refusal(code, fault.description or description)


def _migrated(fault: Fault, call: Call) -> Refusal:
    to = fault.to if fault.to is not None else supergroup_of(call.target.id)
    refusal = bad_request("group chat was upgraded to a supergroup chat")
    refusal.parameters["migrate_to_chat_id"] = to
    return refusal
