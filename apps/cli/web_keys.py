"""Keys by the command line: list, make, revoke."""

import asyncio
from dataclasses import asdict
from datetime import datetime
from typing import Any

from rich.text import Text

from apps.cli.ledger import opened
from apps.cli.show import as_json, as_values, console, plain, table
from core.scope import Scope
from infra.db.api_keys import ApiKey, ApiKeys
from infra.settings import Settings, load_settings


def keys(*, json: bool) -> None:
    found = asyncio.run(_listed(load_settings()))
    if json:
        return as_json([facts(key) for key in found])
    rows = table("id", "name", "begins", "scope", "made (UTC)", "last used (UTC)", "")
    for key in found:
        rows.add_row(
            str(key.id),
            Text(key.name),
            Text(f"{key.prefix}…"),
            key.scope.value,
            _time(key.created_at),
            _time(key.last_used_at),
            Text("revoked", style="red") if key.revoked_at else "",
        )
    console().print(rows)
    return None if found else plain("no keys; `analyticbot web key NAME` makes one")


def make(name: str, scope: Scope, *, json: bool) -> None:
    """Raises InvalidInput for what cannot be a name."""
    key, secret = asyncio.run(_made(load_settings(), name, scope))
    if json:
        return as_json({**facts(key), "secret": secret})
    plain(f"key {key.id}, to {key.scope.value}; keep it, it cannot be shown again")
    return plain(f"  {secret}")


def revoke(key_id: int) -> None:
    """Raises NotFound."""
    asyncio.run(_revoke(load_settings(), key_id))
    plain(f"key {key_id} is revoked")


def facts(key: ApiKey) -> dict[str, Any]:
    """A key as JSON, without its secret; times are ISO 8601 in UTC."""
    told: dict[str, Any] = as_values({**asdict(key), "scope": key.scope.value})
    return told


async def _listed(settings: Settings) -> list[ApiKey]:
    async with opened(settings) as database:
        return await ApiKeys(database, settings.bot_id).listed()


async def _made(settings: Settings, name: str, scope: Scope) -> tuple[ApiKey, str]:
    async with opened(settings) as database:
        return await ApiKeys(database, settings.bot_id).make(name, scope, None)


async def _revoke(settings: Settings, key_id: int) -> None:
    async with opened(settings) as database:
        await ApiKeys(database, settings.bot_id).revoke(key_id)


def _time(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%d %H:%M}" if moment else ""
