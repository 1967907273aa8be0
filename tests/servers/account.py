"""Under whom Postgres runs: it refuses root."""

import os
import pwd
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Account:
    """Whom to become, or nobody else where `uid` is None."""

    uid: int | None = None
    gid: int | None = None

    def privileges(self) -> dict[str, Any]:
        """As arguments for `subprocess`."""
        if self.uid is None:
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}

    def own(self, folder: Path) -> None:
        if self.uid is not None:
            shutil.chown(folder, self.uid, self.gid)


def unprivileged() -> Account:
    """Ourselves, or `nobody` if we are root."""
    if os.geteuid() != 0:
        return Account()
    nobody = pwd.getpwnam("nobody")
    return Account(nobody.pw_uid, nobody.pw_gid)


@contextmanager
def acting_unprivileged() -> Iterator[None]:
    """For a while this process may read and write what `unprivileged` may, and no more."""
    before, account = os.geteuid(), unprivileged()
    os.seteuid(before if account.uid is None else account.uid)
    try:
        yield
    finally:
        os.seteuid(before)
