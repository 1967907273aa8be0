"""Strangers: everybody may write to the bot, and nobody keeps it from those who run it."""

from collections import Counter
from datetime import timedelta

from apps.bot.office import Office

MINUTE = timedelta(minutes=1)
ANSWERS_A_MINUTE = 20
TO_ALL_A_MINUTE = 600
"""A third of what a bot may send: the rest is for posts, and for the people who run it."""

START, STOP = "/start", "/stop"


class Strangers:
    """What they are answered takes from what may be posted: there is a bound to it."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self._since, self._answers = office.now(), Counter[int]()

    def may_be_answered(self, user_id: int, text: str) -> bool:
        """Who brings a code is let in however many others write."""
        now = self._office.now()
        if now - self._since > MINUTE:
            self._since = now
            self._answers.clear()
        self._answers[user_id] += 1
        few = self._answers.total() <= TO_ALL_A_MINUTE or text.startswith(f"{START} ")
        return few and self._answers[user_id] <= ANSWERS_A_MINUTE

    async def obey(self, user_id: int, text: str) -> None:
        """What matters though there is no answer to it: that they come or go."""
        command = text.partition(" ")[0]
        if command == START:
            await self._office.subscribers.start(user_id)
        elif command == STOP:
            await self._office.subscribers.stop(user_id)


def comes_or_goes(text: str) -> bool:
    return text.startswith((START, STOP))
