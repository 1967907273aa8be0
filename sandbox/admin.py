"""The admin API: JSON over HTTP, to ask for trouble and to see what was accepted.

`chat` is an id or an @name wherever it stands; times are in seconds. Mistakes are
answered 400 with {"error": text}. Parameters of GET and DELETE stand in the query,
those of POST in a JSON body.

GET    /admin/receipts  since=0 chat= bot= count=1 wait_s=0 limit=1000 compact=0
       -> {"last": seq, "receipts": [{seq, bot_id, chat_id, message_id, method, text,
          received_at, accepted_at, params, message}]}. Answers as soon as `count`
          receipts (of `chat`, if given) stand after `since`, at the latest after wait_s.
          `params` and `message` are null for all but the newest 5,000.
          compact=1 -> {"last": seq, "columns": {seq: [...], bot_id: [...], chat_id,
          message_id, method, text (64 characters), received_at, accepted_at}}, no limit.
GET    /admin/stats     -> {requests, accepted, rejected: {code: n}, floods (all 429s),
          over_limit (429s by the limits, not by a fault), cuts, in_flight,
          max_in_flight, held, frozen, last, cpu_s}
GET    /admin/in_flight count=1 wait_s=0 -> {"in_flight": n}, once n >= count
GET    /admin/held      count=1 wait_s=0 -> {"held": [{chat_id, method, accepted, since}]},
          once there are `count`. One whose client is gone stays here until its release.
POST   /admin/release   {chat?, cut?: false, keep?: false} -> {"released": n}. Lets go what is
          held, answered or (cut) with its connection closed; hold faults go too unless keep.
POST   /admin/freeze    -> {}. Requests are processed, but nothing is answered any more.
POST   /admin/thaw      -> {"released": n}
GET    /admin/faults    -> {"faults": [{id, kind, chat_id, count, ...}]}
POST   /admin/faults    {kind, chat?, count?, method?, ...} -> the fault. Without chat it is
          everybody's, without count it stays. kind is one of
            flood {retry_after: 1}          error {status: 502, html: false, after: false}
            slow {delay_s: 1, after: false} hold {after: true}
            cut_before  cut_after           bad_token (401)
            blocked  deactivated  kicked  no_rights  not_found  migrated {to?: id}
          `after` means: the message is accepted first.
DELETE /admin/faults    id= chat= -> {"removed": n}; without either, all
GET    /admin/chats     -> {"chats": [Chat]}
POST   /admin/chats     {chat, type?, title?, username?, first_name?, last_name?, members?,
          fault?: kind} -> Chat
POST   /admin/messages  {chat, text} -> Message, as if someone had posted it: to be copied
POST   /admin/limits    {rate?, chat_rate?, group_rate?} -> the rates; 0 is no limit
POST   /admin/reset     -> {}. Forgets everything but the rates, and begins receipts at 1.
"""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import orjson
from aiohttp import web

from sandbox.chats import TYPES, message_head
from sandbox.faults import Fault, Kind
from sandbox.query import Mistake, Query, read_query
from sandbox.refusals import JSON_TYPE, Refusal
from sandbox.telegram import Telegram

PAGE = Path(__file__).with_name("page.html")
MAX_WAIT_S = 600.0
LIMIT = 1000

FIELDS: dict[str, type] = {
    "count": int,
    "method": str,
    "after": bool,
    "retry_after": int,
    "status": int,
    "html": bool,
    "delay_s": float,
    "to": int,
    "description": str,
}
NAMES = ("title", "username", "first_name", "last_name")

Answer = dict[str, Any]


class Admin:
    """Answers whatever is not the Bot API."""

    def __init__(self, telegram: Telegram) -> None:
        self._telegram = telegram
        self._routes: dict[tuple[str, str], Callable[[Query], Awaitable[Answer]]] = {
            ("GET", "receipts"): self._receipts,
            ("GET", "stats"): self._stats,
            ("GET", "in_flight"): self._in_flight,
            ("GET", "held"): self._held,
            ("POST", "release"): self._release,
            ("POST", "freeze"): self._freeze,
            ("POST", "thaw"): self._thaw,
            ("GET", "faults"): self._faults,
            ("POST", "faults"): self._add_fault,
            ("DELETE", "faults"): self._remove_faults,
            ("GET", "chats"): self._chats,
            ("POST", "chats"): self._declare,
            ("POST", "messages"): self._post,
            ("POST", "limits"): self._limits,
            ("POST", "reset"): self._reset,
        }

    async def answer(self, request: web.BaseRequest) -> web.StreamResponse:
        if request.path == "/":
            return web.FileResponse(PAGE)
        route = self._routes.get((request.method, request.path.removeprefix("/admin/")))
        if route is None:
            return _json({"error": "no such thing; see sandbox/admin.py"}, 404)
        try:
            return _json(await route(await read_query(request)))
        except Mistake as mistake:
            return _json({"error": str(mistake)}, 400)
        except Refusal as refusal:
            return _json({"error": refusal.description}, 400)

    async def _receipts(self, query: Query) -> Answer:
        receipts, since = self._telegram.receipts, query.get("since", int, 0)
        chat_id, bot_id = self._chat(query), query.get("bot", int)
        count, wait_s = query.get("count", int, 1), _wait_s(query)
        await receipts.wait(count, since, chat_id, bot_id, wait_s=wait_s)
        seqs = receipts.since(since, chat_id, bot_id)
        if query.get("compact", bool, False):
            return {"last": receipts.last, "columns": receipts.columns(seqs)}
        shown = seqs[: query.get("limit", int, LIMIT)]
        return {"last": receipts.last, "receipts": list(receipts.whole(shown))}

    async def _stats(self, _: Query) -> Answer:
        telegram = self._telegram
        return {
            **telegram.counts.facts(),
            "held": len(telegram.holds.waiting),
            "frozen": telegram.holds.frozen,
            "last": telegram.receipts.last,
        }

    async def _in_flight(self, query: Query) -> Answer:
        counts, count = self._telegram.counts, query.get("count", int, 1)
        await counts.changed.wait_for(lambda: counts.in_flight >= count, _wait_s(query))
        return {"in_flight": counts.in_flight}

    async def _held(self, query: Query) -> Answer:
        holds = self._telegram.holds
        await holds.wait(query.get("count", int, 1), _wait_s(query))
        return {"held": [held.facts() for held in holds.waiting]}

    async def _release(self, query: Query) -> Answer:
        chat_id = self._chat(query)
        if not query.get("keep", bool, False):
            self._telegram.faults.remove_holds(chat_id)
        cut = query.get("cut", bool, False)
        return {"released": self._telegram.holds.release(chat_id, cut=cut)}

    async def _freeze(self, _: Query) -> Answer:
        self._telegram.holds.freeze()
        return {}

    async def _thaw(self, _: Query) -> Answer:
        return {"released": self._telegram.holds.thaw()}

    async def _faults(self, _: Query) -> Answer:
        return {"faults": [fault.facts() for fault in self._telegram.faults.all()]}

    async def _add_fault(self, query: Query) -> Answer:
        return self._fault(query.get("kind", str), self._chat(query), query.given(FIELDS)).facts()

    async def _remove_faults(self, query: Query) -> Answer:
        removed = self._telegram.faults.remove(query.get("id", int), self._chat(query))
        return {"removed": removed}

    async def _chats(self, _: Query) -> Answer:
        return {"chats": [chat.facts for chat in self._telegram.chats.by_id.values()]}

    async def _declare(self, query: Query) -> Answer:
        if not query.has("chat"):
            raise Mistake("chat is missing")
        chat_type = query.get("type", str, "")
        if chat_type not in ("", *TYPES):
            raise Mistake(f"type must be one of {', '.join(TYPES)}")
        names = query.given(dict.fromkeys(NAMES, str))
        chat = self._telegram.chats.declare(
            _chat_id(query), chat_type=chat_type, members=query.get("members", int, 2), **names
        )
        if query.has("fault"):
            self._fault(query.get("fault", str), chat.id, {})
        return chat.facts

    async def _post(self, query: Query) -> Answer:
        chat = self._telegram.chats.find(_chat_id(query))
        author = {"id": 777000, "is_bot": False, "first_name": "Somebody"}
        message = {**message_head(chat, author), "text": query.get("text", str, "text")}
        self._telegram.archive.keep(message)
        return message

    async def _limits(self, query: Query) -> Answer:
        limits, names = self._telegram.limits, ("rate", "chat_rate", "group_rate")
        for name, rate in query.given(dict.fromkeys(names, float)).items():
            setattr(limits, name, rate)
        return {name: getattr(limits, name) for name in names}

    async def _reset(self, _: Query) -> Answer:
        self._telegram.reset()
        return {}

    def _chat(self, query: Query) -> int | None:
        return self._telegram.chats.resolve(_chat_id(query)) if query.has("chat") else None

    def _fault(self, kind: str | None, chat_id: int | None, details: dict[str, Any]) -> Fault:
        if kind not in tuple(Kind):
            raise Mistake(f"kind must be one of {', '.join(Kind)}")
        return self._telegram.faults.add(kind, chat_id, **details)


def _chat_id(query: Query) -> str:
    return str(query.get("chat", str, ""))


def _wait_s(query: Query) -> float:
    return float(min(query.get("wait_s", float, 0.0), MAX_WAIT_S))


def _json(answer: Answer, status: int = 200) -> web.Response:
    return web.Response(body=orjson.dumps(answer), status=status, headers=JSON_TYPE)
