"""All that can be said of a message before it is written. Nothing is written by it."""

import asyncio
from collections.abc import Callable, Sequence
from functools import partial
from typing import TypeVar
from zoneinfo import ZoneInfo

from apps.api.access import Caller
from apps.api.composing.concerns import Aim, Concerns
from apps.api.composing.content_concerns import of_content
from apps.api.composing.content_faults import look
from apps.api.office import Office
from apps.api.schemas import preflight as told
from apps.api.schemas.preflight import PreflightRequest, Warned
from apps.api.schemas.problem import FieldProblem
from apps.api.shown.shown_message import Shown, shown, well_formed
from apps.api.spoken_times import Repeat, Unclear, notes_of, read_at, read_repeat, zone_of
from core.chat_id import parse_chat_id
from core.errors import InvalidInput
from core.message import OnUncertain
from core.preflight_values import alternatives
from core.reading import Moment
from core.time_telling import moment_told

T = TypeVar("T")

UTC_NAME = "UTC"
EXPIRES = "expires_at"


class Preflight:
    """One request's. `_problems` gathers what is wrong on the way."""

    def __init__(self, office: Office, caller: Caller, asked: PreflightRequest) -> None:
        self._office, self._caller, self._asked = office, caller, asked
        self._now = office.now()
        self._problems: list[InvalidInput] = []
        self._choices: Sequence[Moment] = ()

    async def answer(self) -> told.Preflight:
        name = self._asked.zone or UTC_NAME
        zone = self._tried(lambda: zone_of(name)) or ZoneInfo(UTC_NAME)
        chat_ids, content = self._chats(), self._content()
        self._check_policy()
        at = await self._read(self._asked.at, zone, "at")
        repeat = await self._repeat(at, zone)
        expires = await self._expires(at, zone)
        warnings = await self._warnings(chat_ids, at, repeat, zone)
        text, options = self._asked.written
        warnings += of_content(content, text or "", options)
        return told.Preflight(
            problems=[_as_problem(each) for each in self._problems],
            warnings=warnings,
            preview=content.preview,
            length=content.length,
            limit=content.limit,
            at=_as_moment(at),
            choices=[moment for each in self._choices if (moment := _as_moment(each))],
            expires_at=_as_moment(expires),
            repeat=_as_repeat(repeat),
        )

    def _tried(self, read: Callable[[], T]) -> T | None:
        try:
            return read()
        except InvalidInput as problem:
            self._problems.append(problem)
            return None

    def _chats(self) -> list[str]:
        given: dict[str, int | str | None] = {"chat_id": self._asked.chat_id}
        if self._asked.chat_ids:
            given = {f"chat_ids[{n}]": each for n, each in enumerate(self._asked.chat_ids)}
        found = [self._tried(partial(_chat, chat, place)) for place, chat in given.items()]
        return list(dict.fromkeys(filter(None, found)))

    def _content(self) -> Shown:
        text, options = self._asked.written
        looked = look(text, options)
        self._problems += looked.faults
        return shown(well_formed(text or ""), options, looked.content)

    def _check_policy(self) -> None:
        given = self._asked.on_uncertain
        if given is not None and given not in list(OnUncertain):
            remedy = f"give {alternatives(list(OnUncertain))}"
            self._problems.append(
                InvalidInput("on_uncertain", f"{given[:40]!r} is unknown", remedy)
            )

    async def _read(self, text: str | None, zone: ZoneInfo, field: str) -> Moment | None:
        if not (text or "").strip():
            return None
        try:
            return await read_at(text or "", zone, self._now, field)
        except Unclear as unclear:
            self._choices = unclear.moments
            self._problems.append(unclear)
        except InvalidInput as problem:
            self._problems.append(problem)
        return None

    async def _repeat(self, at: Moment | None, zone: ZoneInfo) -> Repeat | None:
        words = (self._asked.repeat or "").strip()
        if not words:
            self._refuse_if(self._asked.missed is not None, "missed", "goes with repeat alone")
            return None
        self._refuse_if(bool(self._asked.expires_at), EXPIRES, "does not go with repeat")
        try:
            # Some rules take a while.
            begins = at.at if at is not None else None
            return await asyncio.to_thread(read_repeat, words, begins, zone, self._now)
        except InvalidInput as problem:
            self._problems.append(problem)
            return None

    def _refuse_if(self, is_so: bool, field: str, problem: str) -> None:
        if is_so:
            self._problems.append(InvalidInput(field, problem, "leave it out"))

    async def _expires(self, at: Moment | None, zone: ZoneInfo) -> Moment | None:
        expires = await self._read(self._asked.expires_at, zone, EXPIRES)
        if expires is not None and expires.at <= (at.at if at is not None else self._now):
            problem = InvalidInput(EXPIRES, "is not after the time to send", "give a later time")
            self._problems.append(problem)
        return expires

    async def _warnings(
        self, chat_ids: Sequence[str], at: Moment | None, repeat: Repeat | None, zone: ZoneInfo
    ) -> list[Warned]:
        times = repeat.next if repeat is not None else ()
        first = times[0] if times else at.at if at is not None else self._now
        aim = Aim(chat_ids, max(first, self._now), zone, self._asked.message_id)
        concerns = Concerns(self._office, await self._office.channels.listed(), aim)
        if at is not None and repeat is None and at.at <= self._now:
            text = "that is past already: it leaves at once"
            concerns.told.append(Warned(code="past", field="at", text=text))
        await concerns.of_chats()
        await concerns.of_hours(self._caller)
        await concerns.of_neighbours()
        return concerns.told


def _chat(chat: int | str | None, field: str) -> str:
    if chat is None or chat == "":
        raise InvalidInput(field, "is missing", "choose a channel, or write its @name or number")
    return parse_chat_id(chat, field)


def _as_moment(moment: Moment | None) -> told.Moment | None:
    if moment is None:
        return None
    return told.Moment(at=moment.at, words=moment_told(moment), notes=notes_of(moment))


def _as_repeat(repeat: Repeat | None) -> told.Recurring | None:
    if repeat is None:
        return None
    return told.Recurring(
        rule=repeat.recurrence.rule,
        words=repeat.words,
        zone=repeat.recurrence.zone.key,
        next=list(repeat.next),
        notes=list(repeat.notes),
    )


def _as_problem(problem: InvalidInput) -> FieldProblem:
    return FieldProblem(
        field=well_formed(problem.field),
        problem=well_formed(problem.problem),
        remedy=well_formed(problem.remedy),
    )
