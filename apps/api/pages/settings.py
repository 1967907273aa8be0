"""Settings: oneself, the people, the keys, the limits, and what this is."""

import platform
from collections.abc import Mapping
from functools import cache
from itertools import groupby

from fastapi import APIRouter
from starlette.responses import Response

from apps.api.access import Admin
from apps.api.pages.agents import browser_of, is_phone
from apps.api.pages.limits import limits_of
from apps.api.pages.render import TheView
from core.person import Role
from core.scope import Scope
from infra.db import revision
from infra.importing import zone_names
from infra.version import installed_version

router = APIRouter(prefix="/settings")

NOT_PLACES = ("Etc", "SystemV", "posix", "right", "US", "Brazil", "Canada", "Chile", "Mexico")
"""Old names of zones, which have another."""


@router.get("")
async def you(view: TheView) -> Response:
    assert view.caller.account is not None, "pages are for people"
    found = await view.office.sessions.listed(view.caller.account)
    told = {"browser_of": browser_of, "is_phone": is_phone, "zones": zones()}
    return view.page("settings_you.html", sessions=found, **told)


@router.get("/people")
async def people(view: TheView, _: Admin) -> Response:
    found = await view.office.accounts.listed()
    return view.page("settings_people.html", people=found, roles=list(Role))


@router.get("/keys")
async def keys(view: TheView, _: Admin) -> Response:
    found = await view.office.keys.listed()
    names = {each.id: each.name for each in await view.office.accounts.listed()}
    return view.page("settings_keys.html", keys=found, names=names, scopes=list(Scope))


@router.get("/limits")
async def limits(view: TheView) -> Response:
    return view.page("settings_limits.html", limits=limits_of(view.office.settings))


@router.get("/about")
async def about(view: TheView) -> Response:
    settings, database = view.office.settings, view.office.database
    facts = {
        "Version": installed_version(),
        "Python": platform.python_version(),
        "Ledger": "SQLite" if database.dialect == "sqlite" else "PostgreSQL",
        "Schema": revision.revisions()[-1],
        "Bot": str(settings.bot_id),
        "Telegram": settings.telegram_api_url.partition("://")[2],
    }
    return view.page("settings_about.html", facts=facts)


@cache
def zones() -> Mapping[str, list[str]]:
    """Names of time zones, by their part of the world."""
    named = sorted(name for name in zone_names().values() if "/" in name)
    by_region = groupby(named, key=lambda name: name.partition("/")[0])
    return {region: list(names) for region, names in by_region if region not in NOT_PLACES}
