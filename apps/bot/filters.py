"""Whom a handler is for."""

from typing import Any

from aiogram.filters import BaseFilter

from core.person import Person, Role


class May(BaseFilter):
    """Those whose role allows what this one may: `router.message.filter(May(Role.EDITOR))`."""

    def __init__(self, role: Role) -> None:
        self.role = role

    async def __call__(self, _: Any, person: Person | None = None) -> bool:
        return person is not None and person.role.may(self.role)
