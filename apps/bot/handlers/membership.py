"""my_chat_member: who blocks the bot, and where it is let in, thrown out or given rights."""

from aiogram import Bot, F, Router
from aiogram.types import ChatMemberUpdated

from apps.bot.channel_words import news_told
from apps.bot.keyboards.channels import back_to_channels
from apps.bot.notices import notify
from apps.bot.office import Office
from apps.bot.texts import Words
from core.channel import Channel, Facts
from core.channel_rights import is_out, missing_rights
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
    """Editors add a channel by letting the bot in, be it without the right to post yet; whoever
    changes its rights, that is noted.
    """
    member = event.new_chat_member.model_dump(mode="json")
    lacks = missing_rights(member, event.chat.type)
    chat_id = str(event.chat.id)
    known = await office.channels.find(chat_id)
    kept = known is not None and known.removed_at is None
    may_add = person is not None and person.role.may(Role.EDITOR)
    if not kept and (not may_add or is_out(lacks)):
        return
    channel = known if known is not None and kept else await _added(event, bot, office)
    await office.channels.note_rights(channel.id, lacks)
    if person is not None and person.role.may(Role.EDITOR):
        text = news_told(channel, lacks, words, is_new=not kept)
        await notify(bot, office, person.user_id, text, back_to_channels(words))


async def _added(event: ChatMemberUpdated, bot: Bot, office: Office) -> Channel:
    chat = event.chat
    members = await bot.get_chat_member_count(chat.id)
    facts = Facts(str(chat.id), chat.type, chat.title or "", chat.username, members)
    return await office.channels.add(facts)
