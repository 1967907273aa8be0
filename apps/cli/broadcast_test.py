"""`broadcast test`: one copy for one chat, as that one would get it."""

from typing import Any
from uuid import uuid4

from apps.cli.exits import CommandFailed
from apps.cli.messages import until_ended
from apps.cli.show import as_json, facts, plain
from core.chat_id import parse_chat_id
from core.message import OnUncertain, Request, State
from core.paid import unpaid
from core.personal_content import personal, values_of
from infra.celery.runtime import current
from infra.db.audiences import Audiences
from infra.settings import Settings

WITHIN_S = 15.0


def test(settings: Settings, broadcast_id: int, chat: str, *, json: bool) -> None:
    runtime = current()
    chat_id = parse_chat_id(chat)
    broadcast = runtime.call(runtime.ledger.broadcasts.get(broadcast_id))
    content = unpaid(broadcast.content)
    if broadcast.fields is not None:
        content = personal(content, values_of(_known(chat_id), chat_id))
    key, tries = f"broadcast-test:{broadcast_id}:{uuid4().hex}", broadcast.max_attempts
    request = Request(chat_id, content, None, key, OnUncertain.PARK, tries)
    runtime.call(runtime.ledger.intake.schedule(request))
    message = until_ended(runtime, request, WITHIN_S)
    if json:
        as_json(facts(message))
    if message.state is not State.SENT:
        why = ": ".join(filter(None, (message.reason, message.description)))
        raise CommandFailed(f"the test is {message.state}{f' ({why})' if why else ''}")
    if not json:
        plain(f"sent to {chat_id}; `analyticbot broadcast start {broadcast_id}` sends it to all")


def _known(chat_id: str) -> dict[str, Any]:
    """What the ledger knows of this recipient; nothing where it is none of its subscribers."""
    if chat_id.startswith("@"):
        return {}
    runtime = current()
    audiences = Audiences(runtime.ledger.database, runtime.settings.bot_id)
    return runtime.call(audiences.known(int(chat_id)))
