"""Messages as tests of the API ask for them, and as workers would move them on."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import func, select, update

from core.message import Claim
from core.outcome import Outcome
from core.partners import Report, Sending
from core.verdict import decide
from infra.db.tables import messages
from tests.api.web import Asker, Web
from tests.servers.book import POLICY

API = "/api/v1"
MESSAGES = f"{API}/messages"
SERIES = f"{API}/series"
LATER = "2031-05-04T09:00:00Z"


def new(**changes: Any) -> dict[str, Any]:
    return {"chat_id": -100123, "text": "Hello", **changes}


async def made(api: Asker, **changes: Any) -> dict[str, Any]:
    answer = await api.post(MESSAGES, new(**changes))
    assert answer.status == 201, answer.text
    message: dict[str, Any] = answer.json["message"]
    return message


async def rows(web: Web) -> int:
    """How many messages there are, of whatever bot."""
    async with web.office.database.reading() as connection:
        return int(await connection.scalar(select(func.count()).select_from(messages)) or 0)


async def give_to_another_bot(web: Web) -> None:
    async with web.office.database.writing() as connection:
        await connection.execute(update(messages).values(bot_id=web.office.bot_id + 1))


async def claimed(web: Web, message_id: int) -> Claim:
    """As dispatch takes it."""
    claim = await web.office.ledger.claims.claim_one(message_id, 5.0)
    assert claim is not None
    return claim


async def sending(web: Web, message_id: int) -> Sending:
    """As whoever delivers it marks it."""
    marked = await web.office.ledger.mark_sending(await claimed(web, message_id))
    assert marked is not None
    return marked


async def end(web: Web, message_id: int, outcome: Outcome) -> None:
    marked = await sending(web, message_id)
    verdict, now = decide(outcome, marked.standing, POLICY, lambda: 0.5), datetime.now(UTC)
    await web.office.ledger.record(Report(marked, outcome, verdict, now, now))
