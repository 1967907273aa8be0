"""Errors, to whom they are told: a browser gets a page, a program problem details."""

from urllib.parse import quote

from fastapi import Request
from starlette.responses import RedirectResponse, Response

from apps.api.pages.render import templates
from apps.api.prefix import API
from apps.api.problems import answer_to, problem_of

PROGRAMS = ("/api/", "/health/", "/metrics", "/static/")
DOCS = f"{API}/docs"


async def answer(request: Request, error: Exception) -> Response:
    problem = problem_of(error)
    if request.url.path.startswith(PROGRAMS) and request.url.path != DOCS:
        return answer_to(request, problem)
    if problem.status == 401:
        return _to_login(request)
    return templates.TemplateResponse(
        request, "error.html", {"problem": problem}, problem.status, dict(problem.headers)
    )


def _to_login(request: Request) -> Response:
    """And back afterwards; a part of a page sends the whole of it there."""
    if "hx-request" in request.headers:
        behind = request.headers.get("hx-current-url", "").partition("://")[2].partition("#")[0]
        _, slash, page = behind.partition("/")
        return Response(status_code=401, headers={"HX-Redirect": _login(slash + page)})
    path = request.url.path if request.method == "GET" else ""
    query = f"?{request.url.query}" if path and request.url.query else ""
    return RedirectResponse(_login(path + query), 303)


def _login(back: str) -> str:
    return f"/login?next={quote(back)}" if back else "/login"
