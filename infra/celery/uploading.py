"""Media for many: given to Telegram once, in a chat of the sender's own, then sent by its id."""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from typing import Any

from core.bot_methods import MEDIA
from core.chat_id import parse_chat_id
from core.errors import InvalidInput, TelegramUnavailable
from core.message import Content
from core.outcome import Flooded, Outcome, Rejected, Retryable
from core.partners import Slot
from core.person import Role
from infra.celery.runtime import Runtime
from infra.db.known_chats import KnownChats
from infra.db.people import People
from infra.db.uploads import Uploaded
from infra.telegram.answers import error_of
from infra.telegram.media_file import MediaFile
from infra.telegram.upload import Given, Uploads

log = logging.getLogger(__name__)

TURN_WITHIN_S = 60.0
UPLOAD_TO = "upload_to"
NAME_A_CHAT = "name a chat of your own with --upload-to"


async def file_id_of(
    runtime: Runtime, file: MediaFile, content: Content, upload_to: str | None
) -> str:
    """The file's id: remembered, or got by sending `content` with it, silently, to `upload_to`;
    by default to the first of the bot's owners whom it reaches.

    Raises InvalidInput for what Telegram does not take, or where there is nobody to send it to;
    TelegramRefused, TelegramUnavailable, GovernorUnavailable.
    """
    uploaded = Uploaded(runtime.ledger.database, runtime.settings.bot_id)
    known = await uploaded.find(file.kind, file.digest) if file.digest else None
    if known is not None:
        return known
    file_id = await _uploaded(runtime, file, _plain(content, file), upload_to)
    return await uploaded.note(file.kind, file.digest, file_id) if file.digest else file_id


async def _uploaded(
    runtime: Runtime, file: MediaFile, content: Content, upload_to: str | None
) -> str:
    """Owners who have left the bot are passed over."""
    refusal: Outcome | None = None
    async with Uploads(runtime.settings.telegram_api_url, runtime.settings.token) as uploads:
        for chat_id in await _chats(runtime, upload_to):
            await _turn(runtime, chat_id)
            answer = await uploads.send(chat_id, content, file.kind, file.path)
            if isinstance(answer, Given):
                return answer.file_id
            refusal = answer
            if isinstance(answer, Flooded):
                await _hold(runtime, chat_id, answer.retry_after_s)
            if not isinstance(answer, Rejected) or not answer.chat_gone:
                break
    assert refusal is not None, "there is a chat to send to"
    raise _error(file, refusal)


async def _chats(runtime: Runtime, upload_to: str | None) -> Sequence[str]:
    if upload_to is not None:
        return [parse_chat_id(upload_to, UPLOAD_TO)]
    database, bot_id = runtime.ledger.database, runtime.settings.bot_id
    owners = [str(owner.user_id) for owner in await People(database, bot_id).listed(Role.OWNER)]
    gone = await KnownChats(database, bot_id).unreachable(owners)
    reached = [owner for owner in owners if owner not in gone]
    if not reached:
        raise InvalidInput(UPLOAD_TO, "is missing, and the bot reaches no owner", NAME_A_CHAT)
    return reached


async def _turn(runtime: Runtime, chat_id: str) -> None:
    """Wait for a slot, as posts do."""
    loop = asyncio.get_running_loop()
    until_s = loop.time() + TURN_WITHIN_S
    while True:
        answer = await runtime.governor.ask(chat_id, 1, False, 0.0)
        if isinstance(answer, Slot):
            return await asyncio.sleep(answer.in_s)
        if loop.time() + answer.wait_s > until_s:
            raise TelegramUnavailable(f"no turn to send to {chat_id} is near", answer.wait_s)
        await asyncio.sleep(answer.wait_s)


async def _hold(runtime: Runtime, chat_id: str, seconds: float) -> None:
    if await runtime.governor.hold_chat(chat_id, seconds, flood=True):
        await runtime.ledger.hold_bot(seconds, "flooded")
    await runtime.ledger.hold_chat(chat_id, seconds, "flooded")


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
