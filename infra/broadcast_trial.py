"""One copy of a broadcast, for somebody who tries it: it does not count."""

from core.message import Content, OnUncertain, Request
from core.paid import unpaid
from core.personal_content import personal, values_of
from infra.db.audiences import Audiences


async def as_seen_by(audiences: Audiences, chat_id: str, content: Content) -> Content:
    """A content with placeholders as this one would get it: with what the ledger knows of them,
    nothing of a stranger.
    """
    known = {} if chat_id.startswith("@") else await audiences.known(int(chat_id))
    return personal(content, values_of(known, chat_id))


def copy_for(chat_id: str, content: Content, which: str, max_attempts: int) -> Request:
    """At no cost, and parked where the answer is hidden. `which` tells it from any other copy."""
    key = f"broadcast-test:{which}"
    return Request(chat_id, unpaid(content), None, key, OnUncertain.PARK, max_attempts)
