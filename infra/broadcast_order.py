"""What somebody asks of a broadcast, as the draft that the ledger keeps."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from core.audience import Audience
from core.broadcast import Broadcast, BroadcastState, Draft
from core.errors import InvalidInput, KeyConflict
from core.paid import paid
from core.personal_content import check_template, columns_of, is_personal, personal_fields
from core.sending_hours import SendingHours
from infra.celery.requests import broadcast_request
from infra.db.audiences import Audiences
from infra.personal_fit import check_fit
from infra.settings import Settings

Names = Mapping[str, str]
"""What the caller calls a field, where that is otherwise."""


@dataclass(frozen=True, slots=True)
class Order:
    """`options` are send_message_task's. Without `audience` its chats are given one by one."""

    text: str | None
    options: Mapping[str, Any]
    audience: Audience | None
    name: str = ""
    hours: SendingHours | None = None
    paid: bool = False
    errors_in_a_row: int | None = None


def draft_of(settings: Settings, order: Order, key: str, called: Names | None = None) -> Draft:
    """`key` is used unless the options bring one. Raises InvalidInput."""
    request = broadcast_request(settings, order.text, order.options, key, None, check_template)
    if order.paid:
        request = replace(request, content=paid(request.content))
    named, bears = personal_fields(request.content), order.errors_in_a_row
    if named and order.audience is None:
        chats = (called or {}).get("chat_ids", "chat_ids")
        problem = "and placeholders: nothing is known of these chats"
        raise InvalidInput(chats, problem, "import them with a list, and send to that list")
    fills = order.audience is not None and is_personal(request.content)
    return Draft(
        request,
        name=order.name,
        audience=order.audience,
        fields=columns_of(named) if fills else None,
        hours=order.hours,
        errors_in_a_row=settings.broadcast_errors_in_a_row if bears is None else bears,
    )


async def check_audience(audiences: Audiences, draft: Draft) -> None:
    """Whether each of the audience can get it. Raises InvalidContent, NotFound."""
    if draft.audience is not None:
        await audiences.check(draft.audience)
        await check_fit(audiences, draft.audience, draft.request.content)


def check_same(found: Broadcast, draft: Draft, key: str, called: Names | None = None) -> None:
    """The key's broadcast goes on; raises KeyConflict where it is not what was asked for now.
    `key` is what the caller calls the key.
    """
    names = called or {}
    name = f"broadcast {found.id}, which {key} stands for,"
    if found.built and found.audience is None and found.state is not BroadcastState.DRAFT:
        problem = f"{name} was started: chats that are added get it at once"
        chats = names.get("chat_ids", "chat_ids")
        raise KeyConflict(chats, problem, "use a new key for other chats")
    for field in ("hours", "name", "errors_in_a_row"):
        if getattr(draft, field) != getattr(found, field):
            remedy = "use a new key, or give the same"
            raise KeyConflict(names.get(field, field), f"{name} has another", remedy)
