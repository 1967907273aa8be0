"""Logging in and out: by a link that works once, or by name and password."""

import re
from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.responses import RedirectResponse, Response

from apps.api.access import COOKIE, is_from_elsewhere
from apps.api.doorkeeper import TooMany
from apps.api.office import Office, TheOffice
from apps.api.pages.render import TheView, templates, zone_of
from apps.api.problems import Problem
from infra.db.sessions import LASTS_S

router = APIRouter()

OURS = re.compile(r"/(?![/\\])[^\\\x00-\x20\x7f]*")
Typed = Annotated[str, Form()]


@router.get("/login")
async def form(request: Request, next: str = "/") -> Response:  # noqa: A002
    return _form(request, next)


@router.post("/login")
async def by_password(
    request: Request,
    office: TheOffice,
    name: Typed = "",
    password: Typed = "",
    next: Typed = "/",  # noqa: A002
) -> Response:
    _check_site(request)
    address = request.client.host if request.client is not None else ""
    try:
        account = await office.doorkeeper.let_in(name, password, address)
    except TooMany as refused:
        return _wait(request, office, refused)
    if account is None:
        return _form(request, next, name, 401, error="This name and password do not go together.")
    return await _logged_in(request, office, account.id, _ours(next))


@router.get("/login/{code}")
async def link(request: Request, office: TheOffice, code: str) -> Response:
    """A button, no more: whoever looks at links beforehand does not use this one up."""
    good = await office.login_links.is_good(code)
    return templates.TemplateResponse(
        request, "login_link.html", {"code": code, "good": good}, 200 if good else 410
    )


@router.post("/login/{code}")
async def follow(request: Request, office: TheOffice, code: str) -> Response:
    _check_site(request)
    account_id = await office.login_links.use(code)
    if account_id is None:
        return templates.TemplateResponse(request, "login_link.html", {"good": False}, 410)
    return await _logged_in(request, office, account_id, "/")


@router.post("/logout")
async def logout(view: TheView) -> Response:
    session = view.caller.session
    assert session is not None, "pages are for people"
    await view.office.sessions.close(session.id, session.account.id)
    answer = Response(headers={"HX-Redirect": "/login"})
    answer.delete_cookie(COOKIE)
    return answer


async def _logged_in(request: Request, office: Office, account_id: int, to: str) -> Response:
    """With a token that nobody has seen before; what the browser had is void."""
    if old := request.cookies.get(COOKIE):
        await office.sessions.leave(old)
    token = await office.sessions.open(account_id, request.headers.get("user-agent", ""))
    answer = RedirectResponse(to, 303)
    secure = office.settings.web_url.startswith("https:") or request.url.scheme == "https"
    answer.set_cookie(
        COOKIE, token, int(LASTS_S), httponly=True, samesite="lax", secure=secure, path="/"
    )
    return answer


def _form(
    request: Request, to: str, name: str = "", status: int = 200, error: str = ""
) -> Response:
    values = {"next": _ours(to), "name": name[:64], "error": error}
    return templates.TemplateResponse(request, "login.html", values, status)


def _wait(request: Request, office: Office, refused: TooMany) -> Response:
    now = office.now()
    left_s = refused.left_s(now)
    values = {"until": refused.until, "zone": zone_of(request), "now": now, "left_s": left_s}
    headers = {"Retry-After": str(left_s)}
    return templates.TemplateResponse(request, "login_wait.html", values, 429, headers)


def _check_site(request: Request) -> None:
    if is_from_elsewhere(request):
        raise Problem(403, "csrf", "This does not come from our page", "open the link again")


def _ours(path: str) -> str:
    """Where to go afterwards: a page of ours, whatever the address says."""
    return path if OURS.fullmatch(path) else "/"
