"""Secrets that are given out once: what is kept of them is a hash.

They are random, 256 bits each, so one round of SHA-256 is enough: there is nothing to guess.
"""

import hashlib
import secrets

BYTES = 32


def new_secret() -> str:
    """43 letters, digits, "-" and "_"."""
    return secrets.token_urlsafe(BYTES)


def hash_of(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
