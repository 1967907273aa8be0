"""What a caller of the web may do."""

from enum import StrEnum

from core.person import Role


class Scope(StrEnum):
    """From least to most: each may do whatever the one before may."""

    READ = "read"  # looks at what there is
    WRITE = "write"  # posts, channels, broadcasts, subscribers
    ADMIN = "admin"  # people, keys, everything

    def may(self, needed: "Scope") -> bool:
        return _RANKS[self] >= _RANKS[needed]


_RANKS = {scope: rank for rank, scope in enumerate(Scope)}
_OF_ROLES = {Role.VIEWER: Scope.READ, Role.EDITOR: Scope.WRITE, Role.OWNER: Scope.ADMIN}


def scope_of(role: Role) -> Scope:
    return _OF_ROLES[role]
