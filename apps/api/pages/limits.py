"""What holds for everybody here, and the variable that decides it."""

from dataclasses import dataclass

from apps.api.doorkeeper import OF_A_NAME, OF_AN_ADDRESS
from apps.api.limits import BODY_BYTES, FILE_BYTES
from core.message import OnUncertain
from infra.db.login_failures import WINDOW_S
from infra.db.sessions import LASTS_S
from infra.settings import Settings

DAY_S = 86_400
PARKED = {OnUncertain.RESEND: "sent again", OnUncertain.PARK: "parked for a person"}


@dataclass(frozen=True, slots=True)
class Limit:
    """`variable` is the setting's name, "" for what is fixed."""

    what: str
    value: str
    variable: str = ""


def limits_of(settings: Settings) -> dict[str, list[Limit]]:
    """By what they are about."""
    return {
        "How fast messages leave": _rates(settings),
        "When sending fails": _failing(settings),
        "What is kept, and for how long": _kept(settings),
        "This web": _web(),
    }


def _rates(settings: Settings) -> list[Limit]:
    return [
        Limit("By this bot", _rate(settings.telegram_rate, "second"), "TELEGRAM_RATE"),
        Limit("To one chat", _rate(settings.telegram_chat_rate, "second"), "TELEGRAM_CHAT_RATE"),
        Limit(
            "To one group or channel",
            _rate(settings.telegram_group_rate, "minute"),
            "TELEGRAM_GROUP_RATE",
        ),
        Limit(
            "By this bot, in paid broadcasts",
            _rate(settings.telegram_paid_rate, "second"),
            "TELEGRAM_PAID_RATE",
        ),
    ]


def _failing(settings: Settings) -> list[Limit]:
    errors = settings.broadcast_errors_in_a_row
    return [
        Limit("First wait before the next try", f"{settings.send_retry_delay:g} s", _RETRY),
        Limit("A message whose answer was hidden is", PARKED[settings.on_uncertain], _UNCERTAIN),
        Limit(
            "A broadcast is paused after",
            f"{errors} errors in a row" if errors else "no number of errors",
            "BROADCAST_ERRORS_IN_A_ROW",
        ),
    ]


_RETRY, _UNCERTAIN = "SEND_RETRY_DELAY", "ON_UNCERTAIN"


def _kept(settings: Settings) -> list[Limit]:
    return [
        Limit("Ended messages, views and figures", f"{settings.keep_days} days", "KEEP_DAYS"),
        Limit("A login, since it was used last", f"{LASTS_S / DAY_S:.0f} days"),
    ]


def _web() -> list[Limit]:
    window = f"in {WINDOW_S / 60:.0f} min"
    return [
        Limit("Wrong passwords for one name", f"{OF_A_NAME} {window}"),
        Limit("Wrong passwords from one address", f"{OF_AN_ADDRESS} {window}"),
        Limit("A request", f"{BODY_BYTES / 1e6:.0f} MB"),
        Limit("A file", f"{FILE_BYTES / 1e6:.0f} MB"),
    ]


def _rate(rate: float, unit: str) -> str:
    return f"{rate:,g} a {unit}" if rate else "as many as there are"
