"""The ledger as a whole: its schema, and whose messages are in it."""

import asyncio

from apps.cli.ledger import opened
from apps.cli.prepared import Prepared
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


async def look_up(settings: Settings, prepared: Prepared) -> None:
    """Whose messages are in it, and the codes that its first people need."""
    bot_id = settings.bot_id
    async with opened(settings) as database:
        prepared.other_bots = await Reading(database, bot_id).other_bots()
        if settings.bot_enabled:
            prepared.pairing = await pairing_code(database, bot_id)
        if settings.api_enabled:
            prepared.login = await first_login(database, bot_id)


async def pairing_code(database: Database, bot_id: int) -> str:
    """Makes somebody the first owner of the bot; "" where there is one."""
    if await People(database, bot_id).has_owner():
        return ""
    return await Invites(database, bot_id).make(Role.OWNER, None)


async def first_login(database: Database, bot_id: int) -> str:
    """The code of a link that logs in the web's first owner; "" once somebody has logged in."""
    accounts = Accounts(database, bot_id)
    known = await accounts.listed()
    if any(each.has_logged_in for each in known):
        return ""
    owner = known[0] if known else await accounts.create("owner", Role.OWNER)
    return await LoginLinks(database, bot_id).make(owner.id, FIRST_VALID_S)


def _name(database: Database) -> str:
    """Without its password and its driver."""
    if database.dialect == "sqlite":
        return str(database.url.database)
    return database.url.set(drivername=database.dialect).render_as_string(hide_password=True)
