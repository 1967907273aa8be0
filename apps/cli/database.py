"""The ledger as a whole: its schema, and whose messages are in it."""

import asyncio

from apps.cli.show import plain
from core.person import Role
from infra.db import revision, schema
from infra.db.accounts import Accounts
from infra.db.engine import WHOLE_TABLE_S, Database
from infra.db.invites import Invites
from infra.db.login_links import FIRST_VALID_S, LoginLinks
from infra.db.people import People
from infra.db.reading import Reading
from infra.settings import Settings, load_settings


def upgrade() -> None:
    """`db upgrade`. Raises LedgerUnavailable for a ledger out of reach, or newer than this code."""
    name = asyncio.run(upgraded(load_settings()))
    plain(f"the ledger has schema {revision.revisions()[-1]}: {name}")


async def upgraded(settings: Settings) -> str:
    """Bring the ledger to the schema of this code; where it is, as may be shown."""
    database = Database(settings.ledger_url, answer_s=WHOLE_TABLE_S)
    try:
        await schema.migrate(database)
        return _name(database)
    finally:
        await database.close()


async def pairing_code(settings: Settings) -> str:
    """Makes somebody the first owner of the bot; "" where there is one."""
    database = Database(settings.ledger_url)
    try:
        if await People(database, settings.bot_id).has_owner():
            return ""
        return await Invites(database, settings.bot_id).make(Role.OWNER, None)
    finally:
        await database.close()


async def first_login(settings: Settings) -> str:
    """The code of a link that logs in the web's first owner; "" once somebody has logged in."""
    database = Database(settings.ledger_url)
    try:
        accounts = Accounts(database, settings.bot_id)
        known = await accounts.listed()
        if any(each.has_logged_in for each in known):
            return ""
        owner = known[0] if known else await accounts.create("owner", Role.OWNER)
        return await LoginLinks(database, settings.bot_id).make(owner.id, FIRST_VALID_S)
    finally:
        await database.close()


async def other_bots(settings: Settings) -> list[int]:
    database = Database(settings.ledger_url)
    try:
        return await Reading(database, settings.bot_id).other_bots()
    finally:
        await database.close()


def _name(database: Database) -> str:
    """Without its password and its driver."""
    if database.dialect == "sqlite":
        return str(database.url.database)
    return database.url.set(drivername=database.dialect).render_as_string(hide_password=True)
