"""Passwords: what is kept of one, and whether another is the same. Each takes some 100 ms."""

import unicodedata
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.profiles import RFC_9106_LOW_MEMORY

from core.errors import InvalidInput

FEWEST_CHARACTERS = 10
"""NIST SP 800-63B-3, 5.1.1.2 wants 8 at least, and no rules about which."""

MOST_BYTES = 1_000

HASHER = PasswordHasher.from_parameters(RFC_9106_LOW_MEMORY)
"""The second recommendation of RFC 9106, section 4: argon2id, 3 passes over 64 MiB in 4 lanes."""


def parse_password(password: str, field: str = "password") -> str:
    """One that is good enough to be kept; raises InvalidInput, which does not repeat it."""
    if len(password) < FEWEST_CHARACTERS:
        problem = f"is shorter than {FEWEST_CHARACTERS} characters"
        raise InvalidInput(field, problem, "take a longer one; several words are easy to keep")
    if not _is_text(password) or len(password.encode()) > MOST_BYTES:
        raise InvalidInput(field, f"is not a text of at most {MOST_BYTES:,} bytes")
    return password


def hashed(password: str) -> str:
    """With its salt and its parameters."""
    return HASHER.hash(_normal(password))


def matches(password_hash: str, password: str) -> bool:
    """It costs the same where `password_hash` is "", and is false then."""
    if not _is_text(password) or len(password.encode()) > MOST_BYTES:
        password, password_hash = "", ""
    try:
        return HASHER.verify(password_hash or _nobodys(), _normal(password)) and password_hash != ""
    except (VerificationError, InvalidHashError):
        return False


def is_outdated(password_hash: str) -> bool:
    """Whether it was made with other parameters than today's."""
    return HASHER.check_needs_rehash(password_hash)


@cache
def _nobodys() -> str:
    return hashed("nobody has this password")


def _normal(password: str) -> bytes:
    """One text, however a keyboard composes it (RFC 8265, section 4.2)."""
    return unicodedata.normalize("NFC", password).encode()


def _is_text(password: str) -> bool:
    return not any("\ud800" <= character <= "\udfff" for character in password)
