"""Passwords by the command line, never as an argument: others see those."""

import asyncio
import getpass
import sys

from apps.cli.exits import CommandFailed, Exit
from apps.cli.ledger import opened
from apps.cli.show import plain
from apps.cli.web import find
from infra.db.accounts import Accounts
from infra.passwords import hashed, parse_password
from infra.settings import Settings, load_settings


def set_password(name: str) -> None:
    """Raises NotFound; InvalidInput for one that is too short."""
    settings = load_settings()
    asyncio.run(_known(settings, name))  # before anybody types in vain
    asyncio.run(_set(settings, name, hashed(parse_password(_asked()))))
    plain(f"the password of {name} is set; they are logged out everywhere")


def _asked() -> str:
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    password = getpass.getpass("Password: ")
    if getpass.getpass("The same again: ") != password:
        raise CommandFailed("the two are not the same; nothing was changed", Exit.BAD_INPUT)
    return password


async def _known(settings: Settings, name: str) -> None:
    async with opened(settings) as database:
        await find(database, settings, name)


async def _set(settings: Settings, name: str, password_hash: str) -> None:
    async with opened(settings) as database:
        account = await find(database, settings, name)
        accounts = Accounts(database, settings.bot_id)
        await accounts.set_password_hash(account.id, password_hash)
