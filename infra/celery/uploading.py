"""Media for many: given to Telegram once, in a chat of the sender's own, then sent by its id."""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from core.bot_methods import MEDIA
from core.chat_id import parse_chat_id
from core.errors import InvalidInput, TelegramUnavailable
from core.message import Content
from core.outcome import Flooded, Outcome, Rejected, Retryable
from core.partners import Slot
from core.person import Role
from infra.db.known_chats import KnownChats
from infra.db.ledger import Ledger
from infra.db.people import People
from infra.db.uploads import Uploaded
from infra.settings import Settings
from infra.telegram.answers import error_of
from infra.telegram.governor import Governor
from infra.telegram.media_file import MediaFile
from infra.telegram.upload import Given, Uploads

log = logging.getLogger(__name__)

TURN_WITHIN_S = 60.0
UPLOAD_TO = "upload_to"
NAME_A_CHAT = "name a chat of your own to upload to"
LET_AN_OWNER_COME = f"send the bot the code that `analyticbot owner` makes, or {NAME_A_CHAT}"


class Sender(Protocol):
    """Who uploads: a process's Runtime, or an Office."""

    @property
    def settings(self) -> Settings: ...

    @property
    def ledger(self) -> Ledger: ...

    @property
    def governor(self) -> Governor: ...


async def file_id_of(
    sender: Sender, file: MediaFile, content: Content, upload_to: str | None
) -> str:
    """The file's id: remembered, or got by sending `content` with it, silently, to `upload_to`;
    by default to the first of the bot's owners whom it reaches.

    Raises InvalidInput for what Telegram does not take, or where there is nobody to send it to;
    TelegramRefused, TelegramUnavailable, GovernorUnavailable.
    """
    uploaded = Uploaded(sender.ledger.database, sender.settings.bot_id)
    known = await uploaded.find(file.kind, file.digest) if file.digest else None
    if known is not None:
        return known
    file_id = await _uploaded(sender, file, _plain(content, file), upload_to)
    return await uploaded.note(file.kind, file.digest, file_id) if file.digest else file_id


async def _uploaded(
    sender: Sender, file: MediaFile, content: Content, upload_to: str | None
) -> str:
    """Owners who have left the bot are passed over."""
    refusal: Outcome | None = None
    async with Uploads(sender.settings.telegram_api_url, sender.settings.token) as uploads:
        for chat_id in await _chats(sender, upload_to):
            await _turn(sender, chat_id)
            answer = await uploads.send(chat_id, content, file.kind, file.path)
            if isinstance(answer, Given):
                return answer.file_id
            refusal = answer
            if isinstance(answer, Flooded):
                await _hold(sender, chat_id, answer.retry_after_s)
            if not isinstance(answer, Rejected) or not answer.chat_gone:
                break
    assert refusal is not None, "there is a chat to send to"
    raise _error(file, refusal)


async def _chats(sender: Sender, upload_to: str | None) -> Sequence[str]:
    if upload_to is not None:
        return [parse_chat_id(upload_to, UPLOAD_TO)]
    database, bot_id = sender.ledger.database, sender.settings.bot_id
    owners = [str(owner.user_id) for owner in await People(database, bot_id).listed(Role.OWNER)]
    gone = await KnownChats(database, bot_id).unreachable(owners)
    reached = [owner for owner in owners if owner not in gone]
    if not reached:
        raise InvalidInput(UPLOAD_TO, "is missing, and the bot reaches no owner", LET_AN_OWNER_COME)
    return reached


async def _turn(sender: Sender, chat_id: str) -> None:
    """Wait for a slot, as posts do."""
    loop = asyncio.get_running_loop()
    until_s = loop.time() + TURN_WITHIN_S
    while True:
        answer = await sender.governor.ask(chat_id, 1, False, 0.0)
        if isinstance(answer, Slot):
            return await asyncio.sleep(answer.in_s)
        if loop.time() + answer.wait_s > until_s:
            raise TelegramUnavailable(f"no turn to send to {chat_id} is near", answer.wait_s)
        await asyncio.sleep(answer.wait_s)


async def _hold(sender: Sender, chat_id: str, seconds: float) -> None:
    if await sender.governor.hold_chat(chat_id, seconds, flood=True):
        await sender.ledger.hold_bot(seconds, "flooded")
    await sender.ledger.hold_chat(chat_id, seconds, "flooded")


def _plain(content: Content, file: MediaFile) -> Content:
    """The file and its caption: no buttons, no reply, nothing that is paid for."""
    kept = {file.kind, *MEDIA[file.kind]}
    params: Mapping[str, Any] = {n: value for n, value in content.params.items() if n in kept}
    return Content(content.method, {**params, "disable_notification": True})


def _error(file: MediaFile, answer: Outcome) -> Exception:
    if isinstance(answer, Rejected) and (answer.chat_gone or answer.chat_held):
        return InvalidInput(UPLOAD_TO, f"Telegram refuses it: {answer.description}", NAME_A_CHAT)
    if isinstance(answer, Rejected | Retryable) and answer.reason in ("content", "fetch failed"):
        return InvalidInput(file.kind, f"Telegram refuses it: {answer.description}")
    return error_of(answer)
