"""Saved lists of subscribers."""

from fastapi import APIRouter, Response

from apps.api.access import Reader, Writer
from apps.api.idempotency import OncePerKey
from apps.api.ids import Id
from apps.api.office import Office, TheOffice
from apps.api.prefix import API
from apps.api.schemas.problem import problems
from apps.api.schemas.saved_list import ListName, SavedList, SavedLists, saved_list
from core.contact import parse_list_name
from core.errors import InvalidInput, NotFound

router = APIRouter(prefix="/lists", tags=["lists"], route_class=OncePerKey)


@router.get("")
async def listed(office: TheOffice, caller: Reader) -> SavedLists:
    """Lists, by name."""
    return SavedLists(items=list(map(saved_list, await office.audiences.lists.listed())))


@router.post(
    "",
    status_code=201,
    responses=problems(409) | {200: {"model": SavedList, "description": "It was there."}},
)
async def make(
    office: TheOffice, caller: Writer, wanted: ListName, response: Response
) -> SavedList:
    """Make an empty list; an import fills it."""
    lists, name = office.audiences.lists, parse_list_name(wanted.name, "name")
    try:
        found = await lists.find(name)
        response.status_code = 200
    except NotFound:
        found = await lists.create(name)
    response.headers["Location"] = f"{API}/lists/{found.id}"
    return saved_list(found)


@router.get("/{list_id}", responses=problems(404))
async def show(office: TheOffice, caller: Reader, list_id: Id) -> SavedList:
    """A list."""
    return saved_list(await office.audiences.lists.get(list_id))


@router.patch("/{list_id}", responses=problems(404, 409))
async def rename(office: TheOffice, caller: Writer, list_id: Id, wanted: ListName) -> SavedList:
    """Rename a list; broadcasts to it are so still."""
    lists, name = office.audiences.lists, parse_list_name(wanted.name, "name")
    found = await lists.get(list_id)
    try:
        return saved_list(await lists.rename(found.name, name))
    except InvalidInput as error:
        raise InvalidInput("name", error.problem, error.remedy) from None


@router.delete("/{list_id}", status_code=204, responses=problems(404, 409))
async def delete(office: TheOffice, caller: Writer, list_id: Id) -> Response:
    """Delete a list; who was on it stays a subscriber."""
    lists = office.audiences.lists
    await lists.drop((await lists.get(list_id)).name)
    office.leave(_sweep(office))
    return Response(status_code=204)


async def _sweep(office: Office) -> None:
    async for _ in office.audiences.lists.sweep():
        pass
