"""What became of each message: the ledger's word beside the sandbox's receipts."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from core.message import FINAL, Message, State

Name = tuple[str, str]
"""A message as both sides know it: its chat and its text."""

UNSEEN = frozenset({State.FAILED, State.CANCELLED, State.EXPIRED})


@dataclass(frozen=True, slots=True)
class Judgement:
    """`lost`, `doubled`, `astray`: the messages at fault; `states`: how many ended how.

    Lost: without an end, or sent with no receipt. Doubled: more than one receipt. Astray:
    receipts that the ledger knows nothing of, or calls failed; and ids that do not agree.
    """

    states: Mapping[State, int]
    lost: list[Name] = field(default_factory=list)
    doubled: dict[Name, int] = field(default_factory=dict)
    astray: list[Name] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Receipt:
    chat_id: str
    text: str
    message_id: int
    received_at: float
    accepted_at: float

    @property
    def name(self) -> Name:
        return self.chat_id, self.text


def judge(rows: Iterable[Message], receipts: Iterable[Receipt]) -> Judgement:
    """Row by row. Of an album or a copy the text is empty: give such a message a chat alone."""
    by_name: dict[Name, list[Receipt]] = {}
    for receipt in receipts:
        by_name.setdefault(receipt.name, []).append(receipt)
    verdict = Judgement(Counter())
    for row in rows:
        _judge_row(row, by_name.pop(name_of(row), []), verdict)
    verdict.astray.extend(by_name)
    return verdict


def name_of(row: Message) -> Name:
    return row.chat_id, str(row.content.params.get("text", ""))[:64]


def _judge_row(row: Message, copies: list[Receipt], verdict: Judgement) -> None:
    name = name_of(row)
    assert isinstance(verdict.states, Counter)
    verdict.states[row.state] += 1
    if row.state not in FINAL or (row.state is State.SENT and not copies):
        verdict.lost.append(name)
    if len(copies) > 1:
        verdict.doubled[name] = len(copies)
    known = {receipt.message_id for receipt in copies}
    if (row.state in UNSEEN and copies) or not known.issuperset(row.message_ids):
        verdict.astray.append(name)
