"""`analyticbot owner`: a code that makes whoever sends it to the bot an owner."""

import asyncio

from apps.cli.ledger import opened
from apps.cli.show import plain
from core.person import Role
from infra.db.invites import Invites
from infra.settings import Settings, load_settings


def owner() -> None:
    """For who has lost the first code, or the account: whoever can read the ledger may do this.

    Raises LedgerUnavailable.
    """
    code = asyncio.run(_code(load_settings()))
    plain("whoever sends this to the bot within a day becomes an owner; it works once")
    plain(f"  /start {code}")


async def _code(settings: Settings) -> str:
    async with opened(settings) as database:
        return await Invites(database, settings.bot_id).make(Role.OWNER, None)
