"""A message's state: as a condition that the partial indexes serve, and as it is written."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, literal_column

from core.message import FINAL, State
from infra.db.moments import utc_now
from infra.db.tables import messages

m = messages.c

WAITING = (State.SCHEDULED, State.QUEUED)
"""A person may still take these out of the sender's hands: with the token the claim is gone."""

FREED: Mapping[str, Any] = {
    "state": State.SCHEDULED.value,
    "token": None,
    "lease_until": None,
}
"""What a message becomes that is nobody's any more, and waits."""


def in_state(*states: State, of: Any = messages.c) -> ColumnElement[bool]:
    """The states spelt out, in the order in which they are declared: a partial index serves only
    a query that names its condition, and SQLite knows that by its letters.
    """
    column: ColumnElement[str] = of.state
    names: list[ColumnElement[str]] = [
        literal_column(f"'{state.value}'") for state in State if state in states
    ]
    return column == names[0] if len(names) == 1 else column.in_(names)


def stands_as(state: State) -> ColumnElement[bool]:
    """The state of a row that is found by its id: in words that no partial index serves.

    Before the first ANALYZE, Postgres would rather read all rows of that state, for each group.
    """
    return m.state.concat("") == literal_column(f"'{state.value}'")


def has_ended() -> ColumnElement[bool]:
    return in_state(*FINAL)


def is_queued() -> ColumnElement[bool]:
    """In both conditions: so that the index of leases serves the query."""
    return in_state(State.QUEUED, State.SENDING) & in_state(State.QUEUED)


def ended(state: State, reason: str) -> dict[str, Any]:
    """What a message becomes that is ended without being sent, or as a person says."""
    return {**FREED, "state": state.value, "reason": reason, "ended_at": utc_now()}
