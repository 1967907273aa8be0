"""Presses on inline buttons, and the bots' answers to them."""

from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Any

from sandbox.refusals import Refusal, bad_request
from sandbox.signals import Signal

ANSWER_WITHIN_S = 60.0
"""Telegram's own is not written down; bots report the refusal after less than a minute or so."""

KEPT = 1_000


@dataclass(slots=True)
class Press:
    """One press. `at` is by the clock of the limits; `answer` stays None until it is given."""

    chat_id: int
    at: float
    answer: dict[str, Any] | None = None


@dataclass(slots=True)
class Presses:
    """The newest presses by their callback_query's id. `answered` tells of every answer."""

    answered: Signal = field(default_factory=Signal)
    _by_id: OrderedDict[str, Press] = field(default_factory=OrderedDict)
    _last_id: int = 0

    def add(self, chat_id: int, now: float) -> tuple[str, Press]:
        self._last_id += 1
        query_id, press = str(self._last_id), Press(chat_id, now)
        self._by_id[query_id] = press
        if len(self._by_id) > KEPT:
            self._by_id.popitem(last=False)
        return query_id, press

    def answer(self, query_id: str, answer: dict[str, Any], now: float) -> Press:
        """The press that was answered: the first answer counts. Raises Telegram's Refusal."""
        press = self._by_id.get(query_id)
        if press is None or now - press.at > ANSWER_WITHIN_S:
            raise _too_old()
        if press.answer is None:
            press.answer = answer
            self.answered.notify()
        return press

    def clear(self) -> None:
        """Forget them; their ids are not given again."""
        self._by_id.clear()


def _too_old() -> Refusal:
    return bad_request("query is too old and response timeout expired or query ID is invalid")
