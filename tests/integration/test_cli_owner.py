"""The codes that the console prints: who sends one to the bot becomes its owner."""

from apps.cli.database import pairing_code
from core.person import Admission, Role
from infra.db import schema
from infra.db.engine import Database
from infra.db.invites import Invites


async def test_a_code_is_printed_as_long_as_there_is_no_owner(sqlite_url: str) -> None:
    database = Database(sqlite_url)
    await schema.migrate(database)
    invites = Invites(database, 7)
    viewer = await invites.make(Role.VIEWER, 0)
    assert (await invites.accept(viewer, 501))[0] is Admission.ACCEPTED
    old, code = await pairing_code(database, 7), await pairing_code(database, 7)
    assert await invites.accept(old, 501) == (Admission.UNKNOWN, None)
    assert await invites.accept(code, 501) == (Admission.ACCEPTED, Role.OWNER)
    assert await pairing_code(database, 7) == ""
    await database.close()
