"""Who asks: a program with a key, or a person with a session. Nothing is open without."""

import hmac
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from typing import Annotated, Any

from fastapi import Depends, Request, Response, Security
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from fastapi.security import APIKeyCookie, HTTPAuthorizationCredentials, HTTPBearer

from apps.api.office import Office, TheOffice, office_of
from apps.api.problems import Problem
from core.scope import Scope, scope_of
from infra.db.accounts import Account
from infra.db.sessions import Session

COOKIE = "analyticbot_session"
CSRF_HEADER = "X-CSRF-Token"
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
SAME_SITE = frozenset({"same-origin", "none"})

bearer = HTTPBearer(auto_error=False, description="An API key, `ab_…`, made under Settings.")
cookie = APIKeyCookie(
    name=COOKIE,
    auto_error=False,
    description=f"A session, as the login makes one; to change anything {CSRF_HEADER} goes along.",
)


@dataclass(frozen=True, slots=True)
class Caller:
    """`name` tells callers apart, as in "key:3". A key has neither account nor session."""

    name: str
    scope: Scope
    account: Account | None = None
    session: Session | None = None
    csrf: str = ""


async def caller_of(
    request: Request,
    office: TheOffice,
    key: Annotated[HTTPAuthorizationCredentials | None, Security(bearer)] = None,
    token: Annotated[str | None, Security(cookie)] = None,
) -> Caller:
    """Raises Problem: 401 where it is nobody, 403 for a change that another site asked for.

    It is found once a request.
    """
    if (known := getattr(request.state, "caller", None)) is None:
        known = request.state.caller = await _found(request, office, key, token)
    caller: Caller = known
    return caller


async def _found(
    request: Request, office: Office, key: HTTPAuthorizationCredentials | None, token: str | None
) -> Caller:
    caller = None
    if "authorization" in request.headers:
        caller = await _by_key(office, key.credentials) if key is not None else None
    elif token:
        caller = await by_session(office, token)
        if caller is not None and request.method not in SAFE:
            _check_csrf(request, caller)
    if caller is None:
        headers = {"WWW-Authenticate": "Bearer"}
        raise Problem(401, "unauthenticated", "Who are you?", _who(request), headers=headers)
    return caller


async def by_session(office: Office, token: str) -> Caller | None:
    session = await office.sessions.find(token)
    if session is None:
        return None
    if session.unseen:
        office.note(f"session:{session.id}", partial(office.sessions.see, session.id))
    account = session.account
    name, scope = f"account:{account.id}", scope_of(account.role)
    return Caller(name, scope, account, session, csrf_of(token))


def csrf_of(token: str) -> str:
    """What a page hands to its own scripts and forms, and another site cannot know."""
    return hmac.new(token.encode(), b"csrf", sha256).hexdigest()


def is_from_elsewhere(request: Request) -> bool:
    """Whether the browser says that another site's page asks."""
    if (site := request.headers.get("sec-fetch-site")) is not None:
        return site not in SAME_SITE
    origin = request.headers.get("origin")
    return origin is not None and origin.partition("://")[2] != request.headers.get("host")


async def reads(caller: Annotated[Caller, Depends(caller_of)]) -> Caller:
    return _may(caller, Scope.READ)


async def writes(caller: Annotated[Caller, Depends(caller_of)]) -> Caller:
    return _may(caller, Scope.WRITE)


async def administers(caller: Annotated[Caller, Depends(caller_of)]) -> Caller:
    return _may(caller, Scope.ADMIN)


async def is_person(caller: Annotated[Caller, Depends(caller_of)]) -> Caller:
    """Whatever the role: for what is one's own."""
    if caller.account is None or caller.session is None:
        detail = "a key has no account; log in with a browser"
        raise Problem(403, "forbidden", "This is for people", detail)
    return caller


Reader = Annotated[Caller, Depends(reads)]
Writer = Annotated[Caller, Depends(writes)]
Admin = Annotated[Caller, Depends(administers)]
ThePerson = Annotated[Caller, Depends(is_person)]
"""As a route takes it: the caller, who may do what the route does."""

GUARDS: tuple[Callable[[Caller], Awaitable[Caller]], ...] = (reads, writes, administers, is_person)


class Guarded(APIRoute):
    """A route that reads nothing of a body before it knows that its caller may ask for that.

    FastAPI by itself reads all of it first.
    """

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def guarded(request: Request) -> Response:
            if any(guards_of(self.dependant)):
                await admit(request, self.dependant)
            return await handle(request)

        return guarded


async def admit(request: Request, route: Dependant) -> Caller:
    """Who asks, if the route's own parameters let them. Raises Problem."""
    key, token = await bearer(request), await cookie(request)
    caller = await caller_of(request, office_of(request), key, token)
    for guard in guards_of(route):
        await guard(caller)
    return caller


def guards_of(route: Dependant) -> Iterator[Callable[[Caller], Awaitable[Caller]]]:
    """What a route's parameters ask of its caller."""
    for each in route.dependencies:
        if each.call in GUARDS:
            yield each.call
        yield from guards_of(each)


def _may(caller: Caller, needed: Scope) -> Caller:
    if not caller.scope.may(needed):
        detail = f"this needs the scope {needed}, and yours is {caller.scope}"
        raise Problem(403, "forbidden", "You may not do that", detail)
    return caller


async def _by_key(office: Office, secret: str) -> Caller | None:
    if (key := await office.keys.find(secret)) is None:
        return None
    name = f"key:{key.id}"
    if key.unused:
        office.note(name, partial(office.keys.note_use, key.id))
    return Caller(name, key.scope)


def _check_csrf(request: Request, caller: Caller) -> None:
    given = request.headers.get(CSRF_HEADER, "")
    good = hmac.compare_digest(given.encode(), caller.csrf.encode())
    if not good or is_from_elsewhere(request):
        detail = f"a session's change needs the page's own {CSRF_HEADER}; load the page anew"
        raise Problem(403, "csrf", "This does not come from our page", detail)


def _who(request: Request) -> str:
    if "authorization" in request.headers:
        return "this key is unknown or revoked; send `Authorization: Bearer ab_…`"
    return "log in, or send an API key as `Authorization: Bearer ab_…`"
