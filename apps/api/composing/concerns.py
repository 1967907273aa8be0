"""What keeps no message from being written, and may not be meant: of its chats and its time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from apps.api.access import Caller
from apps.api.office import Office
from apps.api.schemas.preflight import Warned
from core.channel import Channel
from core.channel_rights import no_posting
from core.common_times import is_quiet
from core.time_telling import clock_told
from infra.db.known_chats import KnownChats
from infra.db.neighbours import Neighbour, Neighbours

NEAR = timedelta(minutes=10)
NEIGHBOURS_TOLD = 3
CHATS_TOLD = 20


@dataclass(frozen=True, slots=True)
class Aim:
    """Where a message goes, and when (`now` for at once); `message_id` is the one that is being
    changed, None for a new one. `zone` is the reader's.
    """

    chat_ids: Sequence[str]
    at: datetime
    zone: ZoneInfo
    message_id: int | None


class Concerns:
    """Asks the ledger what it knows. `told` has what it found."""

    def __init__(self, office: Office, channels: Sequence[Channel], aim: Aim) -> None:
        self._office, self._channels, self._aim = office, channels, aim
        self._titles = {name: each.facts.title for each in channels for name in _names(each)}
        self.told: list[Warned] = []

    async def of_chats(self) -> None:
        known = KnownChats(self._office.database, self._office.bot_id)
        lacking = await known.lacking(self._aim.chat_ids)
        gone = await known.unreachable(self._aim.chat_ids)
        for chat_id in self._aim.chat_ids[:CHATS_TOLD]:
            kind, lacks = lacking.get(chat_id, ("", ()))
            if chat_id in gone:
                self._tell("unreachable", chat_id, f"Telegram has refused it: {gone[chat_id]}")
            elif why := no_posting(lacks, kind):
                self._tell("no_rights", chat_id, why)

    async def of_hours(self, caller: Caller) -> None:
        """The quiet hours of whoever asks, if they are one of the bot's people."""
        user_id = caller.account.user_id if caller.account is not None else None
        person = await self._office.people.find(user_id) if user_id is not None else None
        if person is None or person.quiet is None:
            return
        zone = ZoneInfo(person.zone) if person.zone else self._aim.zone
        if is_quiet(self._aim.at.astimezone(zone).time(), person.quiet):
            begin, end = person.quiet
            text = f"that is within your quiet hours, {begin:%H:%M} to {end:%H:%M}"
            self.told.append(Warned(code="quiet_hours", field="at", text=text))

    async def of_neighbours(self) -> None:
        """Other posts to the same chats at about the same time."""
        spelt = {name for chat_id in self._aim.chat_ids for name in self._spellings(chat_id)}
        neighbours = Neighbours(self._office.database, self._office.bot_id)
        found = await neighbours.near(spelt, self._aim.at, NEAR)
        others = [each for each in found if each.message_id != (self._aim.message_id or 0)]
        for each in others[:NEIGHBOURS_TOLD]:
            self._tell("neighbour", each.chat_id, self._about(each))

    def _about(self, neighbour: Neighbour) -> str:
        clock = clock_told(neighbour.at.astimezone(self._aim.zone))
        return (
            f"another post is {'there' if neighbour.at < self._office.now() else 'due'} at {clock}"
        )

    def _spellings(self, chat_id: str) -> Sequence[str]:
        """As other messages may name this chat."""
        found = (_names(each) for each in self._channels if chat_id in _names(each))
        return next(found, (chat_id,))

    def _tell(self, code: str, chat_id: str, text: str) -> None:
        name = self._titles.get(chat_id, chat_id)
        self.told.append(Warned(code=code, field="chat_id", text=f"{name}: {text}"))


def _names(channel: Channel) -> tuple[str, ...]:
    name = channel.facts.username
    return (channel.facts.chat_id, f"@{name.lower()}") if name else (channel.facts.chat_id,)
