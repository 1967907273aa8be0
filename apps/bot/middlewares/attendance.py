"""Who it is that has written: a subscriber, perhaps one of the people, and their language."""

from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

from aiogram import BaseMiddleware
from aiogram.types import TelegramObject, Update, User

from apps.bot.office import Office
from core.subscriber import Profile

MINUTE = timedelta(minutes=1)
ANSWERS_A_MINUTE = 20

Handler = Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]]


class Attendance(BaseMiddleware):
    """Gives handlers `person` (None for a stranger), `profile` and `words`.

    The bot converses in private chats alone: what is written elsewhere is passed over. There it
    keeps whoever writes or presses as a subscriber. A stranger is answered 20 times a minute.
    """

    def __init__(self, office: Office) -> None:
        self._office = office
        self._since, self._strangers = office.now(), Counter[int]()

    async def __call__(self, handler: Handler, event: TelegramObject, data: dict[str, Any]) -> Any:
        assert isinstance(event, Update), "it stands at the dispatcher's update"
        user: User | None = data.get("event_from_user")
        is_told = event.my_chat_member is not None
        if user is None or (user.is_bot and not is_told):  # an anonymous administrator is a bot
            return None
        office, profile = self._office, profile_of(user)
        data["profile"], data["words"] = profile, office.words(None, profile)
        if not is_told:
            if data["event_chat"].type != "private":
                return None
            await office.subscribers.see(profile)
        person = data["person"] = await office.people.find(user.id)
        if person is None and not is_told and self._is_flooded_by(user.id):
            return None
        data["words"] = office.words(person, profile)
        return await handler(event, data)

    def _is_flooded_by(self, user_id: int) -> bool:
        """What a stranger is answered takes from what may be posted: there is a bound to it."""
        now = self._office.now()
        if now - self._since > MINUTE:
            self._since = now
            self._strangers.clear()
        self._strangers[user_id] += 1
        return self._strangers[user_id] > ANSWERS_A_MINUTE


def profile_of(user: User) -> Profile:
    return Profile(
        user.id,
        user.first_name,
        user.last_name or "",
        user.username or "",
        user.language_code or "",
    )
