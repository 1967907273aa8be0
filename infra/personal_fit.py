"""Whether everybody of an audience can get what names their fields."""

from core.audience import Audience
from core.message import Content
from core.personal_content import (
    TAKEN,
    check_personal,
    check_spelling,
    columns_of,
    is_personal,
    personal_fields,
)
from infra.db.audiences import Audiences


async def check_fit(audiences: Audiences, audience: Audience, content: Content) -> None:
    """Looks at all of the audience. Raises as core.personal_content.check_spelling and
    check_personal do, and NotFound for a list that is gone.
    """
    check_spelling(content)
    if not is_personal(content):
        return
    named = personal_fields(content)
    # To look at the fields of all of them takes its time: only where one of those is meant.
    known = await audiences.field_names(audience) if named - TAKEN.keys() else ()
    longest = await audiences.longest(audience, columns_of(named))
    check_personal(content, frozenset(known), longest)
