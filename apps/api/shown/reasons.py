"""Why a message did not arrive, in plain words: what our short word for it means, and what to do.

The short words are those of infra/telegram/classify.py, core/verdict.py and infra/db.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from core.message import State


@dataclass(frozen=True, slots=True)
class Words:
    title: str
    meaning: str
    remedy: str


LOOK = "Look into the chat. If it is there, say so; if it is not, send it again."
GONE = "Nothing can be sent there until this person writes to the bot again."

WORDS: Mapping[str, Words] = {
    "blocked": Words("Blocked the bot", "The person has blocked the bot.", GONE),
    "deactivated": Words(
        "Account deleted", "Telegram has deactivated this account.", "Nothing more to do."
    ),
    "kicked": Words(
        "Removed from the chat",
        "Somebody has removed the bot from the chat.",
        "Add the bot again as an administrator, then try again.",
    ),
    "not a member": Words(
        "Not a member",
        "The bot is not in this chat.",
        "Add the bot to it as an administrator, then try again.",
    ),
    "not started": Words("Has not started the bot", "Bots may not write to people first.", GONE),
    "is a bot": Words("Is a bot", "Bots cannot write to bots.", "Take it off the list."),
    "chat not found": Words(
        "No such chat",
        "Telegram knows no such chat, or the bot has never seen it.",
        "Check its @name or number, and that the bot is in it.",
    ),
    "forbidden": Words(
        "Not allowed",
        "Telegram does not let the bot write there.",
        "Check that the bot is in the chat and may post, then try again.",
    ),
    "no rights": Words(
        "Lacks rights",
        "The bot is in the chat and may not post there.",
        "Give it the right to post messages, then try again.",
    ),
    "content": Words(
        "Telegram refused the content",
        "Something in the message itself is at fault; each one says below what Telegram said.",
        "Copy it, mend it and send the copy: as it is, it would be refused again.",
    ),
    "fetch failed": Words(
        "A file could not be fetched",
        "Telegram could not load the file from its address.",
        "Check the address, or upload the file; then try again.",
    ),
    "exhausted": Words(
        "All attempts failed",
        "Each attempt met a passing trouble, until there were none left.",
        "If Telegram can be reached again, try again.",
    ),
    "connect": Words(
        "Telegram was not reached",
        "No connection could be made; nothing was sent.",
        "Check the network of the server, then try again.",
    ),
    "timeout": Words(
        "No answer in time",
        "The message was handed over, and Telegram's answer did not come: it may be there.",
        LOOK,
    ),
    "connection lost": Words(
        "The line was cut",
        "The connection broke before Telegram's answer came: it may be there.",
        LOOK,
    ),
    "worker lost": Words(
        "The sender went down",
        "A worker stopped while it was sending: it may be there.",
        LOOK,
    ),
    "no message id": Words(
        "An answer without a message",
        "Telegram agreed, and did not say what it has sent: it may be there.",
        LOOK,
    ),
    "not sent before it expired": Words(
        "Too late",
        "Its time was over before it could be sent.",
        "Copy it with a new time, if it is still wanted.",
    ),
    "cancelled": Words("Cancelled", "Somebody has cancelled it.", "Copy it to send it after all."),
    "broadcast cancelled": Words(
        "Its broadcast was cancelled", "It was left out with its broadcast.", "Nothing more to do."
    ),
    "series paused": Words(
        "Its series was paused", "It was left out with its series.", "Resume the series to go on."
    ),
    "skipped by hand": Words(
        "Skipped", "Somebody has left out this one time.", "Copy it to send it after all."
    ),
}
OF_STATE: Mapping[State, Words] = {
    State.UNCERTAIN: Words(
        "The answer was hidden", "Whether it arrived is not known: it may be there.", LOOK
    ),
    State.FAILED: Words(
        "Failed",
        "It was refused, or could not be sent.",
        "See below what was said; then try again.",
    ),
}
OTHER = Words("Not sent", "It was not sent.", "Copy it to send it after all.")


def words_of(state: State, reason: str) -> Words:
    """`reason` "" for none. A server's error of Telegram's ("http 502") is an answer hidden."""
    if state is State.UNCERTAIN and reason.startswith("http "):
        said = f"Telegram's server answered with an error ({reason[5:]}): it may be there."
        return Words("Telegram's server failed", said, LOOK)
    return WORDS.get(reason) or OF_STATE.get(state, OTHER)
