"""Keys by which programs use the API."""

from fastapi import APIRouter, Response

from apps.api.access import Admin
from apps.api.idempotency import OnceInSecret
from apps.api.office import TheOffice
from apps.api.problems import Problem
from apps.api.schemas.key import Keys, MadeKey, NewKey, key, made_key
from apps.api.schemas.problem import problems

router = APIRouter(prefix="/keys", tags=["keys"], route_class=OnceInSecret)


@router.get("")
async def listed(caller: Admin, office: TheOffice) -> Keys:
    """All keys, the last ones first; revoked ones too."""
    found = [key(each) for each in await office.keys.listed()]
    return Keys(items=found)


@router.post("", status_code=201, responses=problems(409))
async def make(caller: Admin, office: TheOffice, wanted: NewKey) -> MadeKey:
    """Make a key. Its secret is told here and nowhere else."""
    if not caller.scope.may(wanted.scope):
        detail = f"yours is {caller.scope}: it cannot make one to {wanted.scope}"
        raise Problem(403, "forbidden", "You may not do that", detail)
    made_by = caller.account.id if caller.account is not None else None
    made, secret = await office.keys.make(wanted.name, wanted.scope, made_by)
    return made_key(made, secret)


@router.delete("/{key_id}", status_code=204, responses=problems(404))
async def revoke(caller: Admin, office: TheOffice, key_id: int) -> Response:
    """Revoke a key: from the next request on it is unknown."""
    await office.keys.revoke(key_id)
    return Response(status_code=204)
