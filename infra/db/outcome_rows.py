"""What an attempt's report is to the ledger's tables."""

from collections.abc import Sequence
from typing import Any, TypeGuard

from core.message import FINAL, POSTS, State
from core.outcome import Migrated, Outcome, Rejected, Uncertain
from core.partners import Report
from infra.db.lines import Rows
from infra.db.tallies import ERRORS, Move

SAID_CHARACTERS = 100


def moves_of(rows: Rows, reports: Sequence[Report]) -> list[Move]:
    """What was ended by `_end`: (id, broadcast's id, state) each."""
    gone = {id_of(report) for report in reports if is_gone(report.outcome)}
    return [Move(row[1], State.SENDING, State(row[2]), row[0] in gone) for row in rows]


def last_error(reports: Sequence[Report], broadcast_id: int) -> str:
    """In our short word for it, and in Telegram's own."""
    errors = [
        report.verdict
        for report in reports
        if report.sending.claim.broadcast_id == broadcast_id
        and report.verdict.state in ERRORS
        and not is_gone(report.outcome)
    ]
    if not errors:
        return "unknown"
    reason, said = errors[-1].reason, errors[-1].description[:SAID_CHARACTERS]
    return f"{reason} ({said})" if said else reason


def ending(report: Report) -> dict[str, Any]:
    verdict = report.verdict
    return {
        "id": report.sending.claim.id,
        "token": report.sending.claim.token,
        "state": verdict.state.value,
        "wait_s": verdict.wait_s,
        "keeps_turn": verdict.keeps_turn,
        "refund": int(verdict.refund),
        "hides": int(verdict.hides),
        "lasts": not isinstance(report.outcome, Uncertain),
        "reason": verdict.reason,
        "description": verdict.description,
        "message_ids": list(verdict.message_ids) or None,
        "sent_at": report.started_at if verdict.state is State.SENT else None,
    }


def attempt(report: Report) -> dict[str, Any]:
    return {
        "message_id": report.sending.claim.id,
        "number": report.sending.standing.attempts,
        "started_at": report.started_at,
        "ended_at": report.ended_at,
        "outcome": type(report.outcome).__name__.lower(),
        "reason": getattr(report.outcome, "reason", None) or None,
        "description": getattr(report.outcome, "description", None) or None,
    }


def id_of(report: Report) -> int:
    return report.sending.claim.id


def is_sent(report: Report) -> bool:
    return report.verdict.state is State.SENT


def waited_for(reports: Sequence[Report]) -> list[int]:
    """Only posts are: a broadcast's task returns before its sends."""
    return [
        id_of(report)
        for report in reports
        if report.verdict.state in FINAL and report.sending.claim.broadcast_id == POSTS
    ]


def chat_of(report: Report) -> str:
    return report.sending.claim.chat_id


def is_gone(outcome: Outcome) -> TypeGuard[Rejected]:
    return isinstance(outcome, Rejected) and outcome.chat_gone


def chat_news(outcome: Outcome) -> dict[str, Any]:
    if isinstance(outcome, Migrated):
        return {"migrated_to": outcome.chat_id}
    if is_gone(outcome):
        return {"unreachable": outcome.reason}
    return {}
