"""Tags of subscribers: who gets one, and who loses it."""

from fastapi import APIRouter

from apps.api.access import Reader, Writer
from apps.api.idempotency import OncePerKey
from apps.api.office import Office, TheOffice
from apps.api.schemas.problem import problems
from apps.api.schemas.tag import Tag, Tagged, Tagging, Tags
from apps.api.slices import begin
from core.audience import Audience
from core.contact import parse_tag
from core.errors import InvalidInput
from infra.db import tags

router = APIRouter(prefix="/tags", tags=["tags"], route_class=OncePerKey)


@router.get("")
async def listed(office: TheOffice, caller: Reader) -> Tags:
    """Tags, by name, with how many have each."""
    found = await tags.Tags(office.database, office.bot_id).counted()
    return Tags(items=[Tag(name=name, subscribers=count) for name, count in found.items()])


@router.post("/add", responses=problems(404, 409))
async def add(office: TheOffice, caller: Writer, wanted: Tagging) -> Tagged:
    """Give a tag to an audience."""
    tag, audience = await _meant(office, wanted)
    slices = tags.Tags(office.database, office.bot_id).add(tag, audience)
    changed, more = await begin(office, slices)
    return Tagged(tag=tag, changed=changed, more=more)


@router.post("/remove", responses=problems(404, 409))
async def remove(office: TheOffice, caller: Writer, wanted: Tagging) -> Tagged:
    """Take a tag from an audience."""
    tag, audience = await _meant(office, wanted)
    slices = tags.Tags(office.database, office.bot_id).remove(tag, audience)
    changed, more = await begin(office, slices)
    return Tagged(tag=tag, changed=changed, more=more)


async def _meant(office: Office, wanted: Tagging) -> tuple[str, Audience]:
    """Raises InvalidInput where a filter was forgotten, NotFound for a list that there is not."""
    tag, audience = parse_tag(wanted.tag), wanted.audience.audience("audience.")
    if audience.is_everybody and not wanted.everybody:
        raise InvalidInput("audience", "filters nothing", "name a filter, or say everybody: true")
    await office.audiences.check(audience)
    return tag, audience
