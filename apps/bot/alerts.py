"""People are told what is amiss: each thing once, many in one message, none in quiet hours.

That somebody is told is written before it is sent. Telegram knows no key by which the same
message is sent once; so a bot that is killed in between either tells some things twice or, as
here, not at all. What was lost in that moment is seen in /health and in `analyticbot list`.
"""

import asyncio
import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from aiogram import Bot
from aiogram.exceptions import TelegramAPIError, TelegramBadRequest, TelegramForbiddenError
from aiogram.types import ReplyParameters

from apps.bot.alert_words import alerts_told
from apps.bot.boards import BOARD_S
from apps.bot.clocks import is_quiet_for
from apps.bot.keyboards.alerts import below
from apps.bot.office import Office
from apps.bot.outage import Outage
from apps.bot.patience import was_not_sent
from apps.bot.post_words import Titles, titles_of
from core.alert import Alert, AlertKind, is_for, wants
from core.errors import LedgerUnavailable, TelegramUnavailable
from core.person import Person, Role

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Rhythm:
    """How often the ledger is looked at; how long what happens together is gathered, and how far
    messages of one kind are apart; when the health is checked, where nobody else has done so;
    after how long a ledger that is away is told of; and how often a broadcast's progress is shown.
    In seconds.
    """

    look_s: float = 2.0
    gather_s: float = 2.0
    apart_s: float = 60.0
    check_s: float = 60.0
    patience_s: float = 10.0
    board_s: float = BOARD_S


class Watch:
    """Looks, and tells. Several may: what one of them tells, the others do not."""

    def __init__(self, office: Office, bot: Bot, rhythm: Rhythm) -> None:
        self._office, self._bot, self._rhythm = office, bot, rhythm
        self._owners: list[Person] = []
        self._told_s: dict[tuple[int, AlertKind, bool], float] = {}
        self._doubted: set[tuple[int, int]] = set()
        self._outage = Outage(office, bot, rhythm.patience_s)

    async def run(self) -> None:
        """Until it is cancelled."""
        while True:
            await self._look_or_tell_why_not()
            await asyncio.sleep(self._rhythm.look_s)

    async def look(self) -> None:
        """Notice what has changed, and tell it. Raises LedgerUnavailable."""
        office = self._office
        people = await office.people.listed()
        # Who they are is kept: they are to be told as well when the ledger is away.
        self._owners = [each for each in people if each.role.may(Role.OWNER)]
        await office.alerts.notice()
        untold = await office.alerts.untold()
        if not untold:
            return
        ids = {alert.id for alert in untold} | {each.ends for each in untold if each.ends}
        known = await office.alerts.told_to(sorted(ids))
        titles = titles_of(await office.channels.listed())
        waiting = [
            waits
            for person in people
            for waits in await self._tell_person(person, untold, known, titles)
        ]
        done = {alert.id for alert in untold} - set(waiting)
        if done:
            await office.alerts.done(sorted(done))

    async def _tell_person(
        self,
        person: Person,
        untold: Sequence[Alert],
        known: dict[tuple[int, int], int | None],
        titles: Titles,
    ) -> list[int]:
        """The alerts that still wait for this one."""
        mine = [alert for alert in untold if _is_new_to(person, alert, known)]
        if is_quiet_for(person, self._office.now()):
            return [alert.id for alert in mine]
        waiting: list[int] = []
        for (kind, over), group in groupby(sorted(mine, key=_in_one), key=_in_one):
            alerts = list(group)
            now = self._may_tell(person, AlertKind(kind), over, alerts)
            if not (now and await self._tell(person, alerts, known, titles)):
                waiting += [alert.id for alert in alerts]
        return waiting

    def _may_tell(
        self, person: Person, kind: AlertKind, over: bool, alerts: Iterable[Alert]
    ) -> bool:
        """They have been gathered, and the message before was not just now."""
        now = self._office.now()
        oldest_s = max((now - alert.raised_at).total_seconds() for alert in alerts)
        told_s = self._told_s.get((person.user_id, kind, over))
        loop_s = asyncio.get_running_loop().time()
        apart = told_s is None or loop_s - told_s >= self._rhythm.apart_s
        return oldest_s >= self._rhythm.gather_s and apart

    async def _tell(
        self,
        person: Person,
        alerts: Sequence[Alert],
        known: dict[tuple[int, int], int | None],
        titles: Titles,
    ) -> bool:
        """False where it is to be tried again, as nothing was sent."""
        office, user_id = self._office, person.user_id
        claimed = set(await office.alerts.claim(user_id, [alert.id for alert in alerts]))
        mine = [alert for alert in alerts if alert.id in claimed]
        if not mine:
            return True
        told_in = alerts[0].id
        words = office.words(person)
        text = alerts_told(mine, titles, words)
        buttons = below(mine, told_in, words)
        first = known.get((mine[0].ends or 0, user_id))
        reply = ReplyParameters(message_id=first, allow_sending_without_reply=True)
        try:
            sent = await self._bot.send_message(
                user_id, text, reply_markup=buttons, reply_parameters=reply if first else None
            )
        except (TelegramAPIError, TelegramUnavailable) as error:
            return await self._not_told(person, told_in, error)
        self._told_s[user_id, mine[0].kind, bool(mine[0].ends)] = asyncio.get_running_loop().time()
        await office.alerts.note(user_id, told_in, sent.message_id)
        return True

    async def _not_told(self, person: Person, told_in: int, error: Exception) -> bool:
        if isinstance(error, TelegramForbiddenError):
            log.warning("%s cannot be told of an alert: %s", person.user_id, error)
            await self._office.subscribers.block(person.user_id)
            return True
        log.warning("%s was not told of an alert: %s", person.user_id, error)
        again = was_not_sent(error) or self._is_first_doubt(person.user_id, told_in, error)
        if again:
            await self._office.alerts.give_back(person.user_id, told_in)
        return not again

    def _is_first_doubt(self, user_id: int, told_in: int, error: Exception) -> bool:
        """It may have been sent. To be told twice is better than never; but not on and on."""
        doubted = isinstance(error, TelegramBadRequest) or (user_id, told_in) in self._doubted
        self._doubted.add((user_id, told_in))
        return not doubted

    async def _look_or_tell_why_not(self) -> None:
        try:
            await self.look()
        except LedgerUnavailable as error:
            await self._outage.goes_on(error, self._owners)
        except Exception:  # it must go on looking
            log.exception("alerts: a look failed")
        else:
            await self._outage.is_over()


def _is_new_to(person: Person, alert: Alert, known: dict[tuple[int, int], int | None]) -> bool:
    """For them, wanted, not yet told, and not the end of something that was not told either."""
    wanted = is_for(person, alert.kind, alert.made_by) and wants(person, alert.kind)
    if not wanted or (alert.id, person.user_id) in known:
        return False
    return alert.ends is None or (alert.ends, person.user_id) in known


def _in_one(alert: Alert) -> tuple[str, bool]:
    """What is told in one message."""
    return alert.kind.value, alert.ends is not None
