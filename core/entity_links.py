"""Links inside formatted text, read as Telegram reads them."""

import re

INT32_MAX, INT64_MAX, USER_ID_MAX = 2**31 - 1, 2**63 - 1, 2**40 - 1

ANY_CASE = re.IGNORECASE | re.DOTALL

URL = re.compile(
    r"""(?:(?P<scheme>https?|tg|ton|tonsite)://)?
        (?:(?P<user>[^/?\#@]*)@)?
        (?P<host>\[[0-9a-f:.]+\]|(?:[a-z0-9.\-_!$,~*'();&+=\u0080-\U0010ffff]++|%[0-9a-f]{2})++)
        (?::(?P<port>[0-9]{1,5}))?
        (?P<rest>[/?\#].*)?""",
    re.VERBOSE | ANY_CASE,
)
MENTION = re.compile(r"tg:(?://)?user\?(?:[^#]*&)?id=([0-9]{1,13})(?:[&#].*)?", ANY_CASE)
EMOJI = re.compile(r"tg:(?://)?emoji\?(?:[^#]*&)?id=(-?[0-9]{1,19})(?:[&#].*)?", ANY_CASE)
TIME = re.compile(r"tg:(?://)?time/?\?([^#]*)(?:#.*)?", ANY_CASE)
OWN_SCHEME = re.compile(r"(tg|ton|tonsite):(?://)?(?=[a-z0-9])", re.IGNORECASE)
TIME_FORMAT = re.compile(r"[rR]|[tTdDwW]*")


def checked_link(link: str) -> str:
    """The link in Telegram's spelling, or "": then Telegram drops the entity, silently."""
    found = URL.fullmatch(OWN_SCHEME.sub(lambda m: f"{m[1]}://", link.strip(" \t\r\n"), count=1))
    if found is None or int(found["port"] or 1) not in range(1, 65536):
        return ""
    scheme, host = (found["scheme"] or "http").lower(), found["host"].lower()
    if scheme.startswith("t"):
        return f"{scheme}://{host}{found['rest'] or ''}"
    return _http_url(scheme, host, found) if "." in host or host[0] == "[" else ""


def _http_url(scheme: str, host: str, found: re.Match[str]) -> str:
    user = f"{found['user']}@" if found["user"] else ""
    port = f":{found['port']}" if found["port"] else ""
    rest = found["rest"] or "/"
    path = rest if rest.startswith("/") else f"/{rest}"
    return f"{scheme}://{user}{host}{port}{path}".replace(" ", "%20")


def mentioned_user(link: str) -> int | None:
    """The user of tg://user?id=..., if it is such a link."""
    found = MENTION.fullmatch(link)
    user_id = int(found[1]) if found else 0
    return user_id if 0 < user_id <= USER_ID_MAX else None


def custom_emoji_id(number: str) -> str | None:
    """The id if it is one: a whole number of 64 bits other than 0."""
    if re.fullmatch(r"-?[0-9]{1,19}", number, re.ASCII) is None:
        return None
    return str(int(number)) if 0 < abs(int(number)) <= INT64_MAX else None


def linked_emoji(link: str) -> str | None:
    """The id of tg://emoji?id=..., if it is such a link."""
    found = EMOJI.fullmatch(link)
    return custom_emoji_id(found[1]) if found else None


def linked_time(link: str) -> tuple[int, str] | None:
    """Time and format of tg://time?unix=...&format=..., if it is such a link."""
    found = TIME.fullmatch(link)
    if found is None:
        return None
    given = dict(pair.partition("=")[::2] for pair in found[1].split("&"))
    unix = unix_time(given.get("unix", ""))
    return (unix, given.get("format", "")) if unix else None


def unix_time(number: str) -> int:
    """Seconds since 1970, or 0 where Telegram would not show a time."""
    found = re.match(r"[0-9]{1,10}", number, re.ASCII)
    unix = int(found[0]) if found else 0
    return unix if unix <= INT32_MAX else 0


def is_time_format(text: str) -> bool:
    return TIME_FORMAT.fullmatch(text) is not None
