"""How the command line ends: an exit code and one line for each kind of error."""

from enum import IntEnum

from core.errors import (
    AnalyticBotError,
    ConfigurationError,
    GovernorUnavailable,
    InvalidInput,
    LedgerUnavailable,
    MessageNotDelivered,
    NotFound,
    PreviewBusy,
    TelegramRefused,
    TelegramUnavailable,
    TransitionRefused,
)


class Exit(IntEnum):
    """What `--help` promises to scripts."""

    OK = 0
    FAILED = 1  # not delivered, a part of the stack did not start, or `health` found it unhealthy
    BAD_INPUT = 2  # an argument, an option or a setting; nothing was written
    REFUSED = 3  # no such message, channel or list, or its state does not allow this
    UNAVAILABLE = 4  # the ledger or the broker
    WAITING = 5  # the message is in the ledger and had not ended in time
    TAKEN = 6  # `up` runs here already, or a port is in use
    INTERRUPTED = 130


class CommandFailed(AnalyticBotError):
    """A command cannot go on; `code` is the exit code that says why."""

    def __init__(self, text: str, code: Exit = Exit.FAILED) -> None:
        self.code = code
        super().__init__(text)


CODES: dict[type[AnalyticBotError], Exit] = {
    InvalidInput: Exit.BAD_INPUT,
    ConfigurationError: Exit.BAD_INPUT,
    NotFound: Exit.REFUSED,
    TransitionRefused: Exit.REFUSED,
    TelegramRefused: Exit.REFUSED,
    TelegramUnavailable: Exit.UNAVAILABLE,
    PreviewBusy: Exit.UNAVAILABLE,
    LedgerUnavailable: Exit.UNAVAILABLE,
    GovernorUnavailable: Exit.UNAVAILABLE,
    MessageNotDelivered: Exit.FAILED,
}

SPELLED = {  # what the command line calls an argument of send_message_task
    "chat_id": "CHAT",
    "message": "TEXT",
    "idempotency_key": "--key",
    "disable_notification": "--silent",
    "repeat": "--repeat",
    "starts": "--at",
    "tz": "--tz",
    "list": "--list",
    "tags": "--tag",
    "any_tags": "--any-tag",
    "without_tags": "--without-tag",
    "languages": "--language",
    "joined_since": "--joined-since",
    "joined_until": "--joined-until",
}
OPTIONS = frozenset(
    {"parse_mode", "on_uncertain", "photo", "video", "animation", "document", "upload_to"}
)


def code_of(error: AnalyticBotError) -> Exit:
    if isinstance(error, CommandFailed):
        return error.code
    return next((code for kind, code in CODES.items() if isinstance(error, kind)), Exit.FAILED)


def line_of(error: AnalyticBotError) -> str:
    """What went wrong and how to mend it, in one line and in the command line's own words."""
    text = str(error)
    if isinstance(error, CommandFailed):
        return text  # may end with a part of a log
    if isinstance(error, InvalidInput):
        field = error.field
        option = f"--{field.replace('_', '-')}" if field in OPTIONS else field
        text = SPELLED.get(field, option) + text.removeprefix(field)
    if isinstance(error, LedgerUnavailable) and ";" not in text:  # it says no remedy yet
        text += "; start the database, or mend DATABASE_URL"
    return " ".join(text.split())
