"""Who may talk to the bot, and how they come and go."""

from core.person import Role
from infra.db.invites import Invites
from tests.bot.conversation import BOT, Conversation

OWNER, OTHER = 501, 502


async def test_the_first_owner_is_paired_by_the_consoles_code(talk: Conversation) -> None:
    await talk.user(OWNER, "Ada")
    code = await Invites(talk.database, BOT).make(Role.OWNER, made_by=None)
    await talk.say(OWNER, f"/start {code}")
    await talk.sees(OWNER, "Hello, Ada! You are an owner", "/people")
