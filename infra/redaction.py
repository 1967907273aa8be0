"""Errors as they may be shown and kept: on one line, and without what is secret."""

import re
from collections.abc import Callable
from urllib.parse import unquote, urlsplit

from pydantic import SecretStr

from infra.settings import Settings

KEPT_CHARACTERS = 500
HIDDEN = "***"
USER_INFO = re.compile(r"(\w://)[^/\s@]*@")
PASSWORD = re.compile(r":([^:/@]+)@")
BOT_TOKEN = re.compile(r"\b\d+:[A-Za-z0-9_-]{8,}")
# As infra.db.api_keys makes them; they are in the ledger alone, and there only as a hash.
API_KEY = re.compile(r"\bab_[A-Za-z0-9_-]{16,}")
# Anything shorter would be found in words that are no secret.
SECRET_CHARACTERS = 4
# Telegram's have 35 behind the colon; "sandbox" is no secret.
TOKEN_CHARACTERS = 16


def one_line(error: BaseException | str, settings: Settings) -> str:
    """What an error says, 500 characters at most; its class where it says nothing."""
    text = " ".join(str(error).split()) or type(error).__name__
    return hidden(text, settings).replace("\0", "")[:KEPT_CHARACTERS]


def hidden(text: str, settings: Settings) -> str:
    """The same text without what is secret, whatever its length."""
    return hiding(settings)(text)


def hiding(settings: Settings) -> Callable[[str], str]:
    """`hidden` for many texts: the settings are looked through once."""
    secrets = _secrets(settings)

    def hide(text: str) -> str:
        for secret in secrets:
            text = text.replace(secret, HIDDEN)
        text = BOT_TOKEN.sub(HIDDEN, USER_INFO.sub(rf"\1{HIDDEN}@", text))
        return API_KEY.sub(HIDDEN, text)

    return hide


def _secrets(settings: Settings) -> list[str]:
    """Every secret of the settings, the longest first; of a URL its password."""
    found = set()
    for name in type(settings).model_fields:
        value = getattr(settings, name)
        if isinstance(value, SecretStr):
            found |= _parts(value.get_secret_value())
    return sorted((each for each in found if len(each) >= SECRET_CHARACTERS), key=len, reverse=True)


def _parts(secret: str) -> set[str]:
    """What of a setting is secret: of a URL its password, even of one that is misspelt."""
    passwords = set(PASSWORD.findall(secret))
    if "://" not in secret:
        own = secret.partition(":")[2]
        return {secret, *passwords} | ({own} if len(own) >= TOKEN_CHARACTERS else set())
    try:
        passwords.add(urlsplit(secret).password or "")
    except ValueError:  # it cannot be read as one: all of it is kept to ourselves
        return {secret, *passwords}
    return {each for password in passwords for each in (password, unquote(password))}
