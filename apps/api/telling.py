"""Lines that are logged while a request is served tell which: its id, method, route and caller."""

import secrets
from collections.abc import Mapping
from typing import Any

from starlette.types import ASGIApp, Receive, Scope, Send

from apps.api.access import Caller
from apps.api.counting import method_of, route_of
from infra.log_ids import told_from_here_by

ID_BYTES = 4


class Telling:
    """A pure ASGI layer. The path and the query are not told: they can hold a secret."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            # Each request has a task of its own, and an error is told further out than here.
            told_from_here_by(Asked(scope).ids)
        await self._app(scope, receive, send)


class Asked:
    """One request; most end without a line, and cost nothing here."""

    def __init__(self, scope: Scope) -> None:
        self._scope, self._id = scope, ""

    def ids(self) -> Mapping[str, Any]:
        """As much as is known by now: the caller is found after the route."""
        self._id = self._id or secrets.token_hex(ID_BYTES)
        caller: Caller | None = self._scope.get("state", {}).get("caller")
        account = caller.account if caller is not None else None
        return {
            "request_id": self._id,
            "method": method_of(self._scope),
            "route": route_of(self._scope),
            "account_id": account.id if account is not None else None,
        }
