"""Who may log in to the web: whoever can read the ledger may decide it."""

import asyncio
from dataclasses import asdict
from typing import Any

from rich.text import Text

from apps.cli.ledger import opened
from apps.cli.show import as_json, as_values, console, plain, table
from core.errors import NotFound, TransitionRefused
from core.person import Role
from infra.db.account_admin import AccountAdmin
from infra.db.accounts import Account, Accounts
from infra.db.engine import Database
from infra.db.login_links import VALID_S, LoginLinks
from infra.settings import Settings, load_settings

FIRST = "owner"


def link(name: str | None) -> None:
    """Raises NotFound; TransitionRefused for somebody who is shut out."""
    settings = load_settings()
    account, url = asyncio.run(_link(settings, name))
    plain(
        f"whoever opens this within {VALID_S / 60:.0f} minutes is logged in as {account.name}, once"
    )
    plain(f"  {url}")


def people(*, json: bool) -> None:
    found = asyncio.run(_people(load_settings()))
    if json:
        return as_json([facts(account) for account in found])
    rows = table("name", "role", "comes by", "since (UTC)", "")
    for account in found:
        rows.add_row(
            account.name,
            account.role.value,
            _way(account),
            f"{account.created_at:%Y-%m-%d %H:%M}",
            Text("shut out", style="red") if account.disabled_at else "",
        )
    console().print(rows)
    return None if found else plain("nobody; `analyticbot web link` makes the first owner")


def add(name: str, role: Role, *, json: bool) -> None:
    """Raises InvalidInput, for a name that is taken too."""
    account, url = asyncio.run(_add(load_settings(), name, role))
    if json:
        return as_json({**facts(account), "link": url})
    plain(f"{account.name} may log in as {account.role.value}")
    return plain(f"  {url}")


def disable(name: str) -> None:
    asyncio.run(_switch(load_settings(), name, on=False))
    plain(f"{name} is shut out")


def enable(name: str) -> None:
    asyncio.run(_switch(load_settings(), name, on=True))
    plain(f"{name} may log in")


async def find(database: Database, settings: Settings, name: str) -> Account:
    """Raises NotFound."""
    account = await Accounts(database, settings.bot_id).by_name(name)
    if account is None:
        raise NotFound(f"nobody is called {name!r} here; `analyticbot web people` lists who is")
    return account


def facts(account: Account) -> dict[str, Any]:
    """An account as JSON; times are ISO 8601 in UTC."""
    told: dict[str, Any] = as_values({**asdict(account), "role": account.role.value})
    return told


async def _link(settings: Settings, name: str | None) -> tuple[Account, str]:
    async with opened(settings) as database:
        if name is None:
            account = await _first_owner(database, settings)
        else:
            account = await find(database, settings, name)
        return account, await _link_for(database, settings, account)


async def _first_owner(database: Database, settings: Settings) -> Account:
    """Made where there is nobody yet."""
    accounts = Accounts(database, settings.bot_id)
    known = await accounts.listed()
    owners = [each for each in known if each.role is Role.OWNER and each.disabled_at is None]
    if owners:
        return min(owners, key=lambda each: each.id)
    if known:
        raise NotFound("no owner is left; `analyticbot web add NAME --role owner` makes one")
    return await accounts.create(FIRST, Role.OWNER)


async def _people(settings: Settings) -> list[Account]:
    async with opened(settings) as database:
        return await Accounts(database, settings.bot_id).listed()


async def _add(settings: Settings, name: str, role: Role) -> tuple[Account, str]:
    async with opened(settings) as database:
        account = await Accounts(database, settings.bot_id).create(name, role)
        return account, await _link_for(database, settings, account)


async def _switch(settings: Settings, name: str, *, on: bool) -> None:
    async with opened(settings) as database:
        account = await find(database, settings, name)
        admin = AccountAdmin(database, settings.bot_id)
        await (admin.enable if on else admin.disable)(account.id)


async def _link_for(database: Database, settings: Settings, account: Account) -> str:
    if account.disabled_at is not None:
        raise TransitionRefused(
            f"{account.name} is shut out; `analyticbot web enable` lets them in"
        )
    code = await LoginLinks(database, settings.bot_id).make(account.id)
    return f"{settings.web_url}/login/{code}"


def _way(account: Account) -> str:
    if account.user_id is not None:
        return f"the bot (user {account.user_id})"
    return "password" if account.has_password else "links"
