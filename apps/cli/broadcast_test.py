"""`broadcast test`: one copy for one chat, as that one would get it."""

from uuid import uuid4

from apps.cli.exits import CommandFailed
from apps.cli.messages import until_ended
from apps.cli.show import as_json, facts, plain
from core.chat_id import parse_chat_id
from core.message import State
from infra.broadcast_trial import as_seen_by, copy_for
from infra.celery.runtime import current
from infra.db.audiences import Audiences
from infra.settings import Settings

WITHIN_S = 15.0


def test(settings: Settings, broadcast_id: int, chat: str, *, json: bool) -> None:
    runtime = current()
    chat_id = parse_chat_id(chat)
    broadcast = runtime.call(runtime.ledger.broadcasts.get(broadcast_id))
    content = broadcast.content
    if broadcast.fields is not None:
        audiences = Audiences(runtime.ledger.database, settings.bot_id)
        content = runtime.call(as_seen_by(audiences, chat_id, content))
    which = f"{broadcast_id}:{uuid4().hex}"
    request = copy_for(chat_id, content, which, broadcast.max_attempts)
    runtime.call(runtime.ledger.intake.schedule(request))
    message = until_ended(runtime, request, WITHIN_S)
    if json:
        as_json(facts(message))
    if message.state is not State.SENT:
        why = ": ".join(filter(None, (message.reason, message.description)))
        raise CommandFailed(f"the test is {message.state}{f' ({why})' if why else ''}")
    if not json:
        plain(f"sent to {chat_id}; `analyticbot broadcast start {broadcast_id}` sends it to all")
