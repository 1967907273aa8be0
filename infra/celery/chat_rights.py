"""Whether our bot may post in listed chats: as the ledger knows it, else as Telegram tells."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from core.channel_rights import no_posting, why_no_posting
from core.chat_id import bot_api_id
from core.errors import TelegramRefused, TelegramUnavailable
from infra.celery.runtime import Runtime
from infra.db.known_chats import KnownChats

ASKED = 50
"""At most; each costs two questions."""

TOGETHER = 5
PAUSE_S = 0.25
"""So many chats are asked about at a time, and so long nothing is asked then."""


@dataclass(frozen=True, slots=True)
class Findings:
    """`refused`: the groups and channels that cannot be posted to, and why. `may`: how many can
    be. `unasked`: of how many nobody knows; `silence` says why, where Telegram did not answer.
    `unreachable`: how many private chats the bot is known to be shut out of.
    """

    refused: Mapping[str, str]
    may: int
    unasked: int
    unreachable: int
    silence: str = ""

    @property
    def none_may(self) -> bool:
        """Of those that are known or were asked about."""
        return bool(self.refused) and not self.may


async def look_at_chats(runtime: Runtime, chat_ids: Sequence[str]) -> Findings:
    chats = list(dict.fromkeys(chat_ids))
    known = KnownChats(runtime.ledger.database, runtime.settings.bot_id)
    gone = await known.unreachable(chats)
    public = [chat for chat in chats if not chat.isdecimal()]
    lacking = await known.lacking(public)
    answers = {chat: gone[chat] for chat in public if chat in gone}
    for chat, (type_, lacks) in lacking.items():
        answers.setdefault(chat, no_posting(lacks, type_))
    answers = {chat: answers[chat] for chat in public if chat in answers}
    unknown = [chat for chat in public if chat not in answers]
    silence = await _ask(runtime, unknown[:ASKED], answers)
    refused = {chat: why for chat, why in answers.items() if why}
    private = sum(chat.isdecimal() for chat in gone)
    return Findings(
        refused, len(answers) - len(refused), len(public) - len(answers), private, silence
    )


async def _ask(runtime: Runtime, chats: Sequence[str], answers: dict[str, str]) -> str:
    """Add what Telegram says to `answers`; why it says no more, "" where it has said all."""
    for start in range(0, len(chats), TOGETHER):
        if start:
            await asyncio.sleep(PAUSE_S)
        some = chats[start : start + TOGETHER]
        try:
            told = await asyncio.gather(*(_why_not(runtime, chat) for chat in some))
        except TelegramUnavailable as error:
            return str(error)
        answers |= dict(zip(some, told, strict=True))
    return ""


async def _why_not(runtime: Runtime, chat: str) -> str:
    """ "" where our bot may post."""
    client = runtime.client
    try:
        told = await client.ask("getChat", chat_id=bot_api_id(chat))
        if told["type"] == "private":
            return ""
        bot_id = runtime.settings.bot_id
        member = await client.ask("getChatMember", chat_id=told["id"], user_id=bot_id)
    except TelegramRefused as refused:
        if refused.reason == "unauthorized":  # it says nothing of the chat
            raise TelegramUnavailable(refused.description) from None
        return refused.description
    return why_no_posting(member, told)
