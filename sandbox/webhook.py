"""A webhook: where a bot wants its updates to be brought."""

import asyncio
from dataclasses import dataclass
from typing import Any

MAX_CONNECTIONS = 40


@dataclass(eq=False, slots=True)
class Webhook:
    """The address, and how the last attempt to reach it failed. `task` brings the updates."""

    url: str
    secret: str = ""
    max_connections: int = MAX_CONNECTIONS
    failed_at: float = 0.0
    failure: str = ""
    task: "asyncio.Task[None] | None" = None

    def facts(self) -> dict[str, Any]:
        """Its part of Telegram's WebhookInfo."""
        failed = {"last_error_date": int(self.failed_at), "last_error_message": self.failure}
        told = {"url": self.url, "max_connections": self.max_connections}
        return {**told, **(failed if self.failure else {})}
