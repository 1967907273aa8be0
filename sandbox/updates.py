"""What waits for each bot: its updates, numbered, kept until it confirms them."""

from collections import deque
from collections.abc import Iterable
from itertools import islice
from typing import Any

from sandbox.refusals import Refusal
from sandbox.signals import Signal
from sandbox.webhook import Webhook

KEPT = 10_000
"""Updates of a bot that nobody fetches; beyond that the oldest go."""

KINDS = frozenset(
    {
        *("message", "edited_message", "channel_post", "edited_channel_post"),
        *("callback_query", "my_chat_member", "chat_member"),
        *("message_reaction", "message_reaction_count"),
    }
)
"""The updates that happen here."""

NAMES = KINDS | {
    *("business_connection", "business_message", "edited_business_message"),
    *("deleted_business_messages", "guest_message", "inline_query", "chosen_inline_result"),
    *("shipping_query", "pre_checkout_query", "purchased_paid_media", "poll", "poll_answer"),
    *("chat_join_request", "chat_boost", "removed_chat_boost", "managed_bot", "subscription"),
    "stopped_message_generation",
}
"""All that a bot may name in allowed_updates (Bot API, Update)."""

ASKED_FOR = frozenset({"chat_member", "message_reaction", "message_reaction_count"})
"""They come only to a bot that names them in allowed_updates (Bot API, getUpdates)."""

Update = dict[str, Any]


class Mailbox:
    """One bot's updates. Its numbers grow by one and are never used again."""

    def __init__(self, first_id: int, kept: int = KEPT) -> None:
        self.pending: deque[Update] = deque(maxlen=kept)
        self.changed = Signal()
        self.webhook: Webhook | None = None
        self._asked: list[str] | None = None
        self._next_id = first_id
        self._poll, self._ended_by, self._closed = 0, "", False

    @property
    def allowed(self) -> frozenset[str]:
        """What is put in here; what is in already stays."""
        return KINDS - ASKED_FOR if not self._asked else KINDS.intersection(self._asked)

    @property
    def asked(self) -> list[str]:
        """The allowed_updates as the bot named them; empty for Telegram's default."""
        return self._asked or []

    def allow(self, asked: Iterable[Any] | None) -> None:
        """Remember allowed_updates; None leaves it, and nothing known in it is the default."""
        if asked is not None:
            known = [kind for kind in asked if isinstance(kind, str) and kind in NAMES]
            self._asked = known or None

    def add(self, kind: str, content: dict[str, Any]) -> None:
        if kind in self.allowed:
            self.pending.append({"update_id": self._next_id, kind: content})
            self._next_id += 1
            self.changed.notify()

    def confirm(self, offset: int) -> None:
        """Forget what is below `offset`; a negative one spares that many of the newest."""
        spared = -offset if offset < 0 else 0
        while self.pending and (
            len(self.pending) > spared if spared else self.pending[0]["update_id"] < offset
        ):
            self.pending.popleft()

    async def fetch(self, offset: int, limit: int, wait_s: float) -> list[Update]:
        """The first `limit` updates, as soon as there are any; raises the Refusal of whom
        another request for this bot's updates sends home."""
        self.end_poll("other getUpdates request; make sure that only one bot instance is running")
        self.confirm(offset)
        poll = self._poll
        await self.changed.wait_for(lambda: self._is_over(poll), wait_s)
        if self._poll != poll:
            raise Refusal(409, f"Conflict: terminated by {self._ended_by}")
        return list(islice(self.pending, limit))

    def end_poll(self, by: str) -> None:
        """Send home who waits in `fetch`."""
        self._poll += 1
        self._ended_by = by
        self.changed.notify()

    def clear(self) -> None:
        """Forget the updates. Who waits in `fetch` goes on waiting."""
        self.pending.clear()

    def webhook_info(self) -> dict[str, Any]:
        """Telegram's WebhookInfo, which a bot without one has as well."""
        asked = {"allowed_updates": self.asked} if self.asked else {}
        waiting = {"has_custom_certificate": False, "pending_update_count": len(self.pending)}
        return {"url": "", **waiting, **asked, **(self.webhook.facts() if self.webhook else {})}

    def close(self) -> None:
        """Answer who waits, with whatever there is."""
        self._closed = True
        self.changed.notify()

    def _is_over(self, poll: int) -> bool:
        return bool(self.pending) or self._closed or self._poll != poll


class Mailboxes:
    """Each bot's. Their first update has the number `first_id`: the time serves well, since
    a bot that outlives the server then never meets a number again that it has confirmed."""

    def __init__(self, first_id: int) -> None:
        self.by_bot: dict[int, Mailbox] = {}
        self._first_id = first_id

    def of(self, bot_id: int) -> Mailbox:
        if bot_id not in self.by_bot:
            self.by_bot[bot_id] = Mailbox(self._first_id)
        return self.by_bot[bot_id]

    def clear(self) -> None:
        for mailbox in self.by_bot.values():
            mailbox.clear()

    def close(self) -> None:
        for mailbox in self.by_bot.values():
            mailbox.close()
