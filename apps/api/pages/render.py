"""How a page is made: its template, with what every page knows of who looks at it."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import unquote
from zoneinfo import ZoneInfo

from fastapi import Depends, Request
from fastapi.templating import Jinja2Templates
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import Response

from apps.api.access import Caller, reads
from apps.api.office import Office, TheOffice
from apps.api.pages import words
from apps.api.problems import Problem
from core.scope import Scope
from infra.importing import zone_names

HERE = Path(__file__).parent.parent
STATIC = HERE / "static"
ZONE_COOKIE = "zone"


@dataclass(frozen=True, slots=True)
class View:
    """What a page is made with: who looks, from which time zone, and at what time."""

    request: Request
    office: Office
    caller: Caller
    zone: ZoneInfo
    now: datetime

    def page(self, template: str, **values: Any) -> Response:
        known = {"view": self, "caller": self.caller, "zone": self.zone, "now": self.now}
        return templates.TemplateResponse(self.request, template, known | values)

    @property
    def may_write(self) -> bool:
        return self.caller.scope.may(Scope.WRITE)

    @property
    def may_administer(self) -> bool:
        return self.caller.scope.may(Scope.ADMIN)


async def view_of(
    request: Request, office: TheOffice, caller: Annotated[Caller, Depends(reads)]
) -> View:
    """Pages are for people: a key has no business here. Raises Problem."""
    if caller.account is None:
        raise Problem(403, "forbidden", "Pages are for people", "log in with a browser")
    return View(request, office, caller, zone_of(request, caller.account.zone), office.now())


TheView = Annotated[View, Depends(view_of)]
"""As a page takes it: `view: TheView`."""


def zone_of(request: Request, chosen: str = "") -> ZoneInfo:
    """The account's, else the browser's, else UTC."""
    told = unquote(request.cookies.get(ZONE_COOKIE, ""))
    return ZoneInfo(zone_names().get((chosen or told).lower(), "UTC"))


@cache
def _version(path: str) -> str:
    return hashlib.sha256((STATIC / path).read_bytes()).hexdigest()[:12]


def static(path: str) -> str:
    """The address of a file of ours. It changes with the file, so browsers may keep it for ever."""
    return f"/static/{path}?v={_version(path)}"


def _environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals |= {"static": static}
    made.filters |= words.FILTERS
    return made


templates = Jinja2Templates(env=_environment())
