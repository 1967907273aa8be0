"""Who it is that has written: a subscriber, perhaps one of the people, and their language."""

from typing import Any

from aiogram import BaseMiddleware
from aiogram.types import TelegramObject, Update, User

from apps.bot.handler import Handler
from apps.bot.office import Office
from apps.bot.strangers import Strangers
from core.subscriber import Profile


class Attendance(BaseMiddleware):
    """Gives handlers `person` (None for a stranger), `profile` and `words`.

    The bot converses in private chats alone: what is written elsewhere is passed over. There it
    keeps whoever writes or presses as a subscriber. Strangers are answered so often a minute.
    """

    def __init__(self, office: Office) -> None:
        self._office = office
        self._strangers = Strangers(office)

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
            data["subscriber"] = await office.subscribers.see(profile)
        person = data["person"] = await office.people.find(user.id)
        if person is None and not is_told:
            text = (event.message.text or "") if event.message else ""
            if not self._strangers.may_be_answered(user.id, text):
                return await self._strangers.obey(user.id, text)
        data["words"] = office.words(person, profile)
        return await handler(event, data)


def profile_of(user: User) -> Profile:
    return Profile(
        user.id,
        user.first_name,
        user.last_name or "",
        user.username or "",
        user.language_code or "",
    )
