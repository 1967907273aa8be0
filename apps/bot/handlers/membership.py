"""my_chat_member: who blocks the bot, and where it is let in, thrown out or given rights."""

from aiogram import Bot, F, Router
from aiogram.exceptions import TelegramForbiddenError
from aiogram.types import ChatMemberUpdated

from apps.bot.channel_words import channel_told
from apps.bot.office import Office
from apps.bot.texts import Words
from core.channel import Channel, Facts
from core.channel_rights import Right, missing_rights
from core.person import Person, Role

KICKED = "kicked"


def router() -> Router:
    made = Router(name="membership")
    made.my_chat_member.register(in_private, F.chat.type == "private")
    made.my_chat_member.register(in_channel)
    return made


async def in_private(event: ChatMemberUpdated, office: Office) -> None:
    """Somebody has blocked the bot, or lets it speak again."""
    if event.new_chat_member.status == KICKED:
        await office.subscribers.block(event.from_user.id)
    else:
        await office.subscribers.unblock(event.from_user.id)


async def in_channel(
    event: ChatMemberUpdated, bot: Bot, office: Office, words: Words, person: Person | None
) -> None:
    """Editors add a channel by making the bot its administrator; whoever takes its rights away,
    that is noted.
    """
    member = event.new_chat_member.model_dump(mode="json")
    lacks = missing_rights(member, event.chat.type)
    chat_id = str(event.chat.id)
    known = await office.channels.find(chat_id)
    kept = known is not None and known.removed_at is None
    may_add = person is not None and person.role.may(Role.EDITOR)
    if not kept and not (may_add and Right.POST not in lacks):
        return
    channel = known if known is not None and kept else await _added(event, bot, office)
    await office.channels.note_rights(channel.id, lacks)
    if person is not None and person.role.may(Role.EDITOR):
        key = "channels-changed" if kept else "channels-added"
        told = channel_told(channel, lacks, words)
        await _tell(bot, office, person, words.format(key, title=channel.facts.title, told=told))


async def _added(event: ChatMemberUpdated, bot: Bot, office: Office) -> Channel:
    chat = event.chat
    members = await bot.get_chat_member_count(chat.id)
    facts = Facts(str(chat.id), chat.type, chat.title or "", chat.username, members)
    return await office.channels.add(facts)


async def _tell(bot: Bot, office: Office, person: Person, text: str) -> None:
    try:
        await bot.send_message(person.user_id, text)
    except TelegramForbiddenError:
        await office.subscribers.block(person.user_id)
