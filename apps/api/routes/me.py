"""Who asks: what they are called here, their time zone, their password, their browsers."""

from fastapi import APIRouter, Request, Response

from apps.api.access import Caller, Guarded, Reader, ThePerson
from apps.api.doorkeeper import TooMany
from apps.api.office import Office, TheOffice
from apps.api.problems import Problem
from apps.api.schemas.me import Me, MyChanges, MySessions, me, my_session
from apps.api.schemas.problem import problems
from apps.api.spoken_times import zone_of
from core.errors import InvalidInput
from infra.db.accounts import Account

# Not OncePerKey, which keeps a fast hash of a body: here it would be one of a password.
router = APIRouter(prefix="/me", tags=["me"], route_class=Guarded)


@router.get("")
async def show(caller: Reader) -> Me:
    """Who the caller is, and what it may do."""
    return me(caller)


@router.patch("", responses=problems(429))
async def change(caller: ThePerson, office: TheOffice, request: Request, changes: MyChanges) -> Me:
    """Change one's name, time zone or password."""
    account, session = _mine(caller)
    zone = zone_of(changes.zone).key if changes.zone else changes.zone
    if changes.password is not None:
        await _check_old(office, account, changes.old_password or "", request)
        password_hash = await office.doorkeeper.hashed(changes.password)
        await office.accounts.set_password_hash(account.id, password_hash, session)
    if changes.name is not None:
        await office.accounts.rename(account.id, changes.name)
    if zone is not None:
        await office.accounts.choose_zone(account.id, zone)
    changed = await office.accounts.get(account.id)
    return me(Caller(caller.name, caller.scope, changed, caller.session))


@router.get("/sessions")
async def sessions(caller: ThePerson, office: TheOffice) -> MySessions:
    """The browsers that one is logged in with; the one that was seen last comes first."""
    found = await office.sessions.listed(_mine(caller)[0])
    return MySessions(items=[my_session(each, caller) for each in found])


@router.delete("/sessions", status_code=204)
async def close_others(caller: ThePerson, office: TheOffice) -> Response:
    """Log out everywhere else."""
    account, session = _mine(caller)
    await office.sessions.close_others(session, account.id)
    return Response(status_code=204)


@router.delete("/sessions/{session_id}", status_code=204, responses=problems(404))
async def close(caller: ThePerson, office: TheOffice, session_id: int) -> Response:
    """Log out one browser."""
    await office.sessions.close(session_id, _mine(caller)[0].id)
    return Response(status_code=204)


def _mine(caller: Caller) -> tuple[Account, int]:
    """The account, and the session's id."""
    assert caller.account is not None, "this is for people"
    assert caller.session is not None, "this is for people"
    return caller.account, caller.session.id


async def _check_old(office: Office, account: Account, old: str, request: Request) -> None:
    """Who has found an open browser does not set another password. It is tried no more often than
    at the login.
    """
    if not account.has_password:
        return
    address = request.client.host if request.client is not None else ""
    try:
        known = await office.doorkeeper.let_in(account.name, old, address)
    except TooMany as refused:
        left_s = str(refused.left_s(office.now()))
        detail = f"old_password: was wrong too often; try again at {refused.until:%H:%M} UTC"
        headers = {"Retry-After": left_s}
        raise Problem(429, "too-many", "Too many tries", detail, headers=headers) from None
    if known is None:
        raise InvalidInput("old_password", "is not your password", "give the one that you have")
