"""Who comes with a name and a password: let in, sent away, or told to wait."""

import asyncio
import ipaddress
import math
from dataclasses import dataclass
from datetime import datetime

from infra import passwords
from infra.db.accounts import Account, Accounts
from infra.db.login_failures import Limit, LoginFailures
from infra.db.secrets import hash_of

OF_A_NAME, OF_AN_ADDRESS = 5, 20
AT_ONCE = 2
"""Each hash takes 64 MiB while it is made."""


@dataclass(frozen=True, slots=True)
class TooMany(Exception):
    """No more tries before `until`."""

    until: datetime

    def left_s(self, now: datetime) -> int:
        return max(1, math.ceil((self.until - now).total_seconds()))


class Doorkeeper:
    """An unknown name costs what a known one costs, and is answered alike."""

    def __init__(self, accounts: Accounts, failures: LoginFailures) -> None:
        self._accounts, self._failures = accounts, failures
        self._places = asyncio.Semaphore(AT_ONCE)

    async def let_in(self, name: str, password: str, address: str) -> Account | None:
        """None where one of the two is wrong, or the account is shut out. Raises TooMany."""
        subject = _subject_of(name)
        places = (Limit(subject, OF_A_NAME), Limit(_subject_at(address), OF_AN_ADDRESS))
        tried = await self._failures.begin(*places)
        if tried.until is not None:
            raise TooMany(tried.until)
        account = await self._accounts.by_name(name)
        if not await self._is_right(account, password):
            return None
        await self._failures.forgive(tried, subject)
        return account

    async def hashed(self, password: str) -> str:
        """Raises InvalidInput for one that is too short or too long."""
        good = passwords.parse_password(password)
        async with self._places:
            return await asyncio.to_thread(passwords.hashed, good)

    async def _is_right(self, account: Account | None, password: str) -> bool:
        known = account is not None and account.disabled_at is None
        kept = await self._accounts.password_hash(account.id) if account and known else ""
        async with self._places:
            if not await asyncio.to_thread(passwords.matches, kept, password):
                return False
            new = await asyncio.to_thread(_renewed, kept, password)
        if new and account:
            await self._accounts.renew_password_hash(account.id, kept, new)
        return True


def _renewed(kept: str, password: str) -> str:
    """ "" where it was made with today's parameters."""
    return passwords.hashed(password) if passwords.is_outdated(kept) else ""


def _subject_of(name: str) -> str:
    """Not the name itself: what is typed there may be a password."""
    return f"name:{hash_of(name.strip(' ').lower())}"


def _subject_at(address: str) -> str:
    """Whoever has one address of IPv6 has its /64."""
    try:
        known = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return "address:unknown"
    if isinstance(known, ipaddress.IPv6Address):
        if known.ipv4_mapped is None:
            return f"address:{ipaddress.ip_network((known, 64), strict=False)}"
        known = known.ipv4_mapped
    return f"address:{known}"
