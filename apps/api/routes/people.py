"""People who may log in: made, shut out and let in again by owners."""

from fastapi import APIRouter, Response

from apps.api.access import Admin
from apps.api.idempotency import OnceInSecret
from apps.api.office import TheOffice
from apps.api.schemas.account import (
    Account,
    AccountChanges,
    Accounts,
    LoginLink,
    NewAccount,
    account,
)
from apps.api.schemas.problem import problems
from core.errors import InvalidInput, TransitionRefused
from infra.db.login_links import VALID_S

router = APIRouter(prefix="/people", tags=["people"], route_class=OnceInSecret)


@router.get("")
async def listed(caller: Admin, office: TheOffice) -> Accounts:
    """Everybody who has an account, by name."""
    return Accounts(items=[account(each) for each in await office.accounts.listed()])


@router.get("/{account_id}", responses=problems(404))
async def show(caller: Admin, office: TheOffice, account_id: int) -> Account:
    """One account."""
    return account(await office.accounts.get(account_id))


@router.post("", status_code=201)
async def make(caller: Admin, office: TheOffice, wanted: NewAccount, response: Response) -> Account:
    """Make an account. A link lets its owner in: see `/people/{account_id}/link`."""
    made = account(await office.accounts.create(wanted.name, wanted.role))
    response.headers["Location"] = f"/api/v1/people/{made.id}"
    return made


@router.patch("/{account_id}", responses=problems(404, 409))
async def change(
    caller: Admin, office: TheOffice, account_id: int, changes: AccountChanges
) -> Account:
    """Change a role, shut somebody out or let them in again: one of them at a time."""
    await office.accounts.get(account_id)
    asked = (changes.role is not None) + (changes.disabled is not None) + changes.forget_password
    if asked > 1:
        raise InvalidInput("body", "asks for several changes", "ask for one at a time")
    if changes.role is not None:
        await office.account_admin.change_role(account_id, changes.role)
    elif changes.disabled is not None:
        admin = office.account_admin
        await (admin.disable if changes.disabled else admin.enable)(account_id)
    elif changes.forget_password:
        await office.accounts.set_password_hash(account_id, "")
    return account(await office.accounts.get(account_id))


@router.delete("/{account_id}", status_code=204, responses=problems(404, 409))
async def remove(caller: Admin, office: TheOffice, account_id: int) -> Response:
    """Remove an account. Keys that it has made stay."""
    await office.account_admin.remove(account_id)
    return Response(status_code=204)


@router.post("/{account_id}/link", status_code=201, responses=problems(404, 409))
async def link(caller: Admin, office: TheOffice, account_id: int) -> LoginLink:
    """Make a link that logs its account in, once, within a quarter of an hour."""
    found = await office.accounts.get(account_id)
    if found.disabled_at is not None:
        raise TransitionRefused(f"{found.name} is shut out; let them in again first")
    code = await office.login_links.make(found.id)
    return LoginLink(url=f"{office.settings.web_url}/login/{code}", valid_s=round(VALID_S))
