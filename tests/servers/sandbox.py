"""The sandbox as a test asks it: receipts and held requests, each waited for."""

from typing import Any, Self

from sandbox.client import Client
from tests.servers.judge import Receipt
from tests.servers.process import ServerFailed

COLUMNS = ("chat_id", "text", "message_id", "received_at", "accepted_at")


class SandboxClient(Client):
    """Both APIs of one sandbox; see sandbox/admin.py for what can be asked by get and post."""

    async def __aenter__(self) -> Self:
        await super().__aenter__()
        return self

    async def receipts(
        self, count: int = 0, within_s: float = 0.0, chat_id: int | None = None
    ) -> list[Receipt]:
        """All receipts, or one chat's, once there are at least `count`."""
        which = {} if chat_id is None else {"chat": chat_id}
        answer = await self.get("receipts", count=count, wait_s=within_s, compact=1, **which)
        columns = answer["columns"]
        _enough("receipts", len(columns["seq"]), count, within_s)
        rows = zip(*(columns[name] for name in COLUMNS), strict=True)
        return [Receipt(str(chat_id), *rest) for chat_id, *rest in rows]

    async def held(self, count: int, within_s: float = 20.0) -> list[dict[str, Any]]:
        """The requests that a hold keeps waiting, once there are at least `count`."""
        held: list[dict[str, Any]] = (await self.get("held", count=count, wait_s=within_s))["held"]
        _enough("requests held", len(held), count, within_s)
        return held

    async def stats(self) -> dict[str, Any]:
        return await self.get("stats")


def _enough(what: str, found: int, wanted: int, within_s: float) -> None:
    if found < wanted:
        raise ServerFailed(f"{found} of {wanted} {what} within {within_s:.0f} s")
