"""The pretended Telegram: takes a call, lets the faults strike, accepts messages."""

import asyncio
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from random import Random
from types import CoroutineType
from typing import Any

from sandbox.archive import Archive
from sandbox.arguments import Arguments
from sandbox.changes import Changes
from sandbox.chats import CHANNEL, Chat, Chats, message_head
from sandbox.counts import Counts
from sandbox.faults import SENDS_ONLY, Fault, Faults, Kind, Phase, take
from sandbox.files import Files
from sandbox.holds import Holds
from sandbox.limits import Limits
from sandbox.postman import Postman
from sandbox.presses import Presses
from sandbox.profile import Profiles
from sandbox.receipts import Accepted, Receipts
from sandbox.refusals import Breakdown, Cut, Refusal, too_many_requests
from sandbox.rights import require, sending
from sandbox.roster import PRESENT
from sandbox.updates import Mailboxes
from sandbox.users import Users
from sandbox.verdicts import ANSWERS, refusal_of


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
    """All that the server knows. `clock` is the limits' and must never run backwards;
    `now` tells unix seconds."""

    def __init__(
        self,
        limits: Limits | None = None,
        receipts: Receipts | None = None,
        clock: Callable[[], float] = time.monotonic,
        now: Callable[[], float] = time.time,
        chance: Random | None = None,
    ) -> None:
        self.limits = limits or Limits()
        self.receipts = receipts or Receipts()
        self.chats, self.archive = Chats(), Archive()
        self.faults, self.holds, self.counts = Faults(), Holds(), Counts()
        self.changes, self.mailboxes = Changes(), Mailboxes(int(now()))
        self.users, self.presses = Users(), Presses()
        self.profiles, self.files = Profiles(), Files()
        self.postman = Postman(now)
        self.clock, self.now = clock, now
        self.chance = chance or Random()
        self.bots: dict[int, dict[str, Any]] = {}
        self.newest_bot = 0

    def bot(self, bot_id: int) -> dict[str, Any]:
        """The bot's User object."""
        if bot_id not in self.bots:
            name = {"first_name": f"Sandbox bot {bot_id}", "username": f"sandbox_{bot_id}_bot"}
            self.bots[bot_id] = {"id": bot_id, "is_bot": True, **name}
        return self.bots[bot_id]

    async def perform(self, call: Call, answer: Callable[["Telegram", Call], Any]) -> Any:
        """The method's result; or Refusal, or Cut."""
        call.faults = self.faults.of(call.chat_id)
        if not call.faults:
            return await _done(answer(self, call))
        await self._strike(call, Phase.BEFORE)
        self._refuse(call, sends=False)
        result = await _done(answer(self, call))
        await self._strike(call, Phase.AFTER)
        return result

    def accept(self, call: Call, drafts: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Make the drafts messages of the chat, all or none, each with its receipt."""
        self.permit(call, sending(call.target))
        self._limit(call, len(drafts))
        now = self.now()
        messages = [self._record(call, draft, now) for draft in drafts]
        self.counts.accepted += len(messages)
        self.receipts.changed.notify()
        return messages

    def permit(self, call: Call, right: str) -> None:
        """Raise what keeps this bot from doing in this chat what takes that right."""
        if call.faults:
            self._refuse(call, sends=True)
        if call.target.roster is not None:
            require(call.target, call.bot_id, right, call.method)

    def post(
        self, chat: Chat, author: dict[str, Any], content: dict[str, Any], at: float | None = None
    ) -> dict[str, Any]:
        """A message that no method sent: a user's, or one of the chat's own."""
        message = message_head(chat, author, self.now() if at is None else at) | content
        self.archive.keep(message)
        self.changes.touch(chat.id)
        return message

    def bots_in(self, chat: Chat, asked: int | None = None) -> list[int]:
        """Who is told what happens in this chat: the bot asked for; else those declared to be
        in it; else the newest one, unless it was declared to be out."""
        if asked is not None:
            return [asked]
        if chat.roster is None:
            return [self.newest_bot] if self.newest_bot else []
        present = [who for who, _ in chat.roster.with_status(PRESENT) if who in self.bots]
        is_free = chat.type != CHANNEL and chat.roster.of(self.newest_bot) is None
        return present or ([self.newest_bot] if is_free and self.newest_bot else [])

    def tell(self, bots: Iterable[int], kind: str, content: dict[str, Any]) -> None:
        """Put an update into the mailboxes of these bots."""
        for bot_id in bots:
            self.mailboxes.of(bot_id).add(kind, content)

    def reset(self) -> None:
        """Forget everything but the limits' rates, what bots told of themselves (webhook,
        commands), and the numbers of updates and changes; whatever is held is answered."""
        self.holds.thaw()
        self.mailboxes.clear()
        self.users = Users()
        self.presses.clear()
        self.files.clear()
        self.chats, self.archive, self.faults = Chats(), Archive(), Faults()
        self.receipts.clear()
        self.limits.forget()
        self.counts.clear()
        self.changes.clear()

    def _limit(self, call: Call, cost: int) -> None:
        paid = "allow_paid_broadcast" in call.arguments.values and call.arguments.flag(
            "allow_paid_broadcast"
        )
        wait_s = self.limits.take(call.bot_id, call.target, cost, self.clock(), paid=paid)
        if wait_s:
            self.counts.over_limit += 1
            raise too_many_requests(wait_s)

    def _record(self, call: Call, draft: dict[str, Any], now: float) -> dict[str, Any]:
        message = message_head(call.target, self.bot(call.bot_id), now)
        message.update(draft)
        self.archive.keep(message)
        self.changes.touch(call.target.id)
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
            raise refusal_of(fault, call.method, call.chat)


async def _done(result: Any) -> Any:
    """A method's answer, once it is there: few of them wait for something."""
    return await result if result.__class__ is CoroutineType else result
