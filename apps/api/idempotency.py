"""`Idempotency-Key`: asked twice is done once, and answered alike.

A key belongs to its caller and stands, for a day, for one request: its method, path, query and
body. The same request under it is answered with what the first was answered, marked
`Idempotency-Replayed: true`; another request is refused (422 `key-conflict`); while the first is
worked on, others are told to come again (409 `in-progress`, `Retry-After`).

An answer is kept where something was done, or its state forbade it. Not kept, so that the key is
free again, are answers to a request that was not understood or not allowed (400, 401, 403, 413,
415, 422, 429), and our own failures (5xx). Of an answer longer than BODY_BYTES, or one that holds
a secret, only the fact is kept: who asks again is told that it is done (409 `answer-not-kept`).
"""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager, suppress
from typing import Annotated, Any

from fastapi import Depends, Header, Request
from starlette.datastructures import UploadFile
from starlette.responses import Response

from apps.api.access import Guarded, admit
from apps.api.office import office_of
from apps.api.problems import KINDS, FieldError, Problem, answer_to, problem_of
from core.errors import InvalidInput, LedgerUnavailable
from infra.db.idempotent import Asked, IdempotentAnswers, Kept, Mine

KEY_HEADER = "Idempotency-Key"
REPLAYED = "Idempotency-Replayed"
KEY_CHARACTERS = 255
BODY_BYTES = 256_000
CHANGING = frozenset({"POST", "PUT", "PATCH", "DELETE"})
NOT_KEPT = frozenset({400, 401, 403, 405, 413, 415, 422, 429})
TELLING = frozenset({"content-type", "location", "etag"})
"""Headers that belong to the answer itself."""

RENEWED_EVERY_S = 20.0
AGAIN_S = 1
READ_BYTES = 1_000_000
FORMS = ("multipart/form-data", "application/x-www-form-urlencoded")

GivenKey = Annotated[
    str | None, Header(alias=KEY_HEADER, description="Asked twice under one key is done once.")
]

EXPECTED = tuple(kind for kind in KINDS if kind is not Exception)
"""What else is raised is told, and logged, where all of it is."""

Handler = Callable[[Request], Coroutine[Any, Any, Response]]


class OncePerKey(Guarded):
    """The class of every route that changes something."""

    keeps_body = True

    def __init__(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:
        if CHANGING & set(options.get("methods") or ()):
            # So that the header stands in the reference, too.
            options["dependencies"] = [*(options.get("dependencies") or ()), Depends(given_key)]
        super().__init__(path, endpoint, **options)

    def get_route_handler(self) -> Handler:
        handle = super().get_route_handler()

        async def once(request: Request) -> Response:
            key = key_of(request)
            if key is None or request.method not in CHANGING:
                return await handle(request)
            office = office_of(request)
            caller = await admit(request, self.dependant)
            asked = Asked(caller.name, key, await _fingerprint(request))
            found = await office.answers.begin(asked)
            if isinstance(found, Kept):
                await request.close()  # a form that was looked at has files
                return _replay(asked, found)
            return await self._first(request, handle, office.answers, found)

        return once

    async def _first(
        self, request: Request, handle: Handler, answers: IdempotentAnswers, mine: Mine
    ) -> Response:
        try:
            async with _renewed(answers, mine) as held:
                answer = await handle(request)
        except Exception as error:
            problem = problem_of(error) if isinstance(error, EXPECTED) else None
            if problem is None or not _is_kept(problem.status):
                await answers.forget(held[-1])
                raise
            answer = answer_to(request, problem)
        await self._settle(answers, held[-1], answer)
        return answer

    async def _settle(self, answers: IdempotentAnswers, mine: Mine, answer: Response) -> None:
        if not _is_kept(answer.status_code):
            return await answers.forget(mine)
        headers = {name: value for name, value in answer.headers.items() if name in TELLING}
        body = _body_of(answer) if self.keeps_body else None
        return await answers.keep(mine, answer.status_code, headers, body)


class OnceInSecret(OncePerKey):
    """Of a route whose answer holds a secret: it must not lie in the ledger."""

    keeps_body = False


def key_of(request: Request) -> str | None:
    """Raises InvalidInput for one that cannot be a key."""
    given = request.headers.getlist(KEY_HEADER)
    if len(given) > 1:
        raise InvalidInput(KEY_HEADER, "is given more than once", "give it once")
    return checked_key(given[0]) if given else None


def checked_key(key: str | None) -> str | None:
    """Raises InvalidInput."""
    plain = key is None or (key.isascii() and key.isprintable())
    if not plain or (key is not None and not 1 <= len(key) <= KEY_CHARACTERS):
        problem = f"is not a text of 1 to {KEY_CHARACTERS} printable ASCII characters"
        raise InvalidInput(KEY_HEADER, problem, "take a UUID, say")
    return key


async def given_key(key: GivenKey = None) -> str | None:
    """Not a plain function: FastAPI would run that in a thread."""
    return checked_key(key)


TheKey = Annotated[str | None, Depends(given_key)]
"""As a route takes it that keeps its keys itself."""


def conflict(key: str) -> Problem:
    problem = f"{key!r} already stands for another request"
    errors = [FieldError(KEY_HEADER, problem, "use a new key for a new request")]
    title = "The idempotency key stands for another request"
    return Problem(422, "key-conflict", title, f"{KEY_HEADER}: {problem}", errors)


@asynccontextmanager
async def _renewed(answers: IdempotentAnswers, mine: Mine) -> AsyncIterator[list[Mine]]:
    """Say now and then that it is still worked on. The last of the list is what proves it."""
    held, over = [mine], asyncio.Event()
    task = asyncio.create_task(_renew(answers, held, over))
    try:
        yield held
    finally:
        over.set()  # not cancelled: what is being written is known in the end
        await task


async def _renew(answers: IdempotentAnswers, held: list[Mine], over: asyncio.Event) -> None:
    while True:
        try:
            await asyncio.wait_for(over.wait(), RENEWED_EVERY_S)
            return
        except TimeoutError:
            with suppress(LedgerUnavailable):  # then it is asked again
                if (later := await answers.renew(held[-1])) is None:
                    return
                held.append(later)


async def _fingerprint(request: Request) -> str:
    """Of a form by what it holds: its boundary is new each time that it is sent."""
    taken = hashlib.sha256(f"{request.method} {request.url.path}?{request.url.query}\n".encode())
    if request.headers.get("content-type", "").lower().startswith(FORMS):
        for name, value in (await request.form()).multi_items():
            if isinstance(value, UploadFile):
                taken.update(f"\nfile {name!r} {value.filename!r} {value.size}\n".encode())
                await asyncio.to_thread(_take_file, taken, value)
            else:
                taken.update(f"\nfield {name!r} {value!r}\n".encode())
    else:
        taken.update(await request.body())
    return taken.hexdigest()


def _take_file(taken: Any, upload: UploadFile) -> None:
    while part := upload.file.read(READ_BYTES):
        taken.update(part)
    upload.file.seek(0)


def _replay(asked: Asked, kept: Kept) -> Response:
    if kept.fingerprint != asked.fingerprint:
        raise conflict(asked.key)
    if kept.status is None:
        detail = f"the first request under {asked.key!r} is still being worked on"
        headers = {"Retry-After": str(AGAIN_S)}
        raise Problem(409, "in-progress", "It is being worked on", detail, headers=headers)
    if kept.body is None:
        detail = f"it was done and answered with {kept.status}; that answer is not kept"
        headers = {n: v for n, v in kept.headers.items() if n != "content-type"}
        raise Problem(409, "answer-not-kept", "It is done already", detail, headers=headers)
    return Response(kept.body, kept.status, {**kept.headers, REPLAYED: "true"})


def _is_kept(status: int) -> bool:
    return status < 500 and status not in NOT_KEPT


def _body_of(answer: Response) -> bytes | None:
    """None for one that is too long, or not known before it is sent."""
    body = getattr(answer, "body", None)
    return bytes(body) if body is not None and len(body) <= BODY_BYTES else None
