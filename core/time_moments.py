"""From days and hours to the moments that they mean: none in the past, none too far ahead."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

from core.preflight import HORIZON
from core.reading import Choice, Doubt, Moment, Note, NotRead, Reading, Trouble
from core.time_days import Days
from core.time_hours import Hour, Hours
from core.wall_time import after_gap, moments_at

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Clocks:
    """What time it is, where; and the clocks that a time is meant by, if they are others."""

    now: datetime
    zone: ZoneInfo
    meant: tzinfo

    def show(self, wall: datetime) -> tuple[Moment, ...]:
        """The moments at which they show this naive time; if none, the next that exists."""
        found = moments_at(wall, self.meant)
        if not found:
            return (Moment(after_gap(wall, self.meant), self.zone, (Note.SHIFTED,), wall),)
        notes = (Note.TWICE,) if len(found) > 1 else ()
        return tuple(Moment(each, self.zone, notes) for each in found)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A moment, and the day and hour that it comes from."""

    moment: Moment
    day: date | None = None
    hour: Hour | None = None


def choose(days: Days, hours: Hours, clocks: Clocks) -> Reading:
    """The moment, or the choice between those ahead. Raises NotRead where none is."""
    return choice_of(_candidates(days, hours, clocks), clocks.now, days.doubt, hours.doubt)


def choice_of(
    found: Iterable[Candidate],
    now: datetime,
    of_day: Doubt | None = None,
    of_hour: Doubt | None = None,
) -> Reading:
    """The one that is ahead and within five years, or a choice and what is in doubt."""
    ahead = [each for each in found if each.moment.at > now]
    near = {each.moment.at: each for each in ahead if each.moment.at <= now + HORIZON}
    if not near:
        raise NotRead(Trouble.TOO_FAR if ahead else Trouble.PAST)
    moments = tuple(near[at].moment for at in sorted(near))
    if len(moments) == 1:
        return moments[0]
    sources = {(each.day, each.hour) for each in near.values()}
    doubts = (
        of_day if len({day for day, _ in sources}) > 1 else None,
        of_hour if len({hour for _, hour in sources}) > 1 else None,
        Doubt.CLOCK_BACK if len(sources) < len(moments) else None,
    )
    return Choice(moments, tuple(doubt for doubt in doubts if doubt is not None))


def _candidates(days: Days, hours: Hours, clocks: Clocks) -> Iterator[Candidate]:
    groups = [(hour,) for hour in hours.hours] if days.each_hour else [hours.hours]
    for row in days.rows:
        for group in groups:
            yield from _ahead_in_row(days, row, group, clocks)


def _ahead_in_row(
    days: Days, row: Iterable[date], hours: tuple[Hour, ...], clocks: Clocks
) -> Iterator[Candidate]:
    note: tuple[Note, ...] = ()
    for day in row:
        ahead = list(_ahead(day, hours, clocks))
        for each in ahead:
            notes = (*note, *each.moment.notes)
            yield replace(each, moment=replace(each.moment, notes=notes))
        if ahead and not days.asks:
            return
        note = (days.note,) if days.note and not ahead else ()


def _ahead(day: date, hours: Iterable[Hour], clocks: Clocks) -> Iterator[Candidate]:
    for hour in hours:
        wall = datetime.combine(day + hour.days_after * DAY, hour.time)
        for moment in clocks.show(wall):
            if moment.at > clocks.now:
                yield Candidate(moment, day, hour)
