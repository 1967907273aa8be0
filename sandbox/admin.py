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
GET    /admin/chats     -> {"chats": [Chat + members, last: the newest message's head, or "",
          and last_at: its time, or null]}
POST   /admin/chats     {chat, type?, title?, username?, first_name?, last_name?, members?,
          fault?: kind} -> Chat
POST   /admin/channels  {chat, title?, username?, members?, public?, growth?: views a member in
          the end, half_life_s?} -> Chat. A channel; with a username and public (true unless
          said) it has a preview page, see preview.py. What is not said stays as it was.
POST   /admin/messages  {chat, text} -> Message, as if someone had posted it: to be copied.
          No bot is told.
GET    /admin/history   chat= before=0 limit=50 -> {"messages": [Message + views: number or
          null, reactions: [{emoji, count}] and pinned: true where there are any], "more": bool}.
          The newest (of ids below `before`), newest last, as they are now: edited, not deleted.
          Of all chats together the newest 5,000 messages are kept.
GET    /admin/changes   since=0 wait_s=0 -> {"last": n, "chats": [id]}: which chats changed after
          `since`, newest first. Answers once there is a change. `last` never goes back.
GET    /admin/users     -> {"users": [User + blocked: bool], "bots": [User]}
POST   /admin/users     {user, first_name?, last_name?, username?, language_code?} -> User
POST   /admin/write     {user, text?, chat?: his private chat with the bot, entities?, photo? |
          video? | document? | animation? | audio? | voice? | video_note? | sticker?: a name,
          caption?, caption_entities?, media_group_id?, reply_to?, forward_from?:
          {chat, message_id}, date?: unix s, bot?} -> Message, and an update for the bots there
          (else the newest one seen). Commands, @names, #tags and links become entities.
POST   /admin/press     {user, chat, message_id, data | row, column, wait_s?: 0, bot?}
          -> {"answer": {text, show_alert, url} or null}. Makes a callback_query, waits for its
          answer up to wait_s.
POST   /admin/edit      {user, chat, message_id, text} -> Message; edited_message to the bot
POST   /admin/react     {user, chat, message_id, emoji: text or null} -> {}; message_reaction,
          in a channel message_reaction_count
POST   /admin/member    {user, chat, status: creator | administrator | member | restricted |
          left | kicked, rights?: {name: bool}, by?: user} -> {}; chat_member, or my_chat_member
          for a bot (by whom, if nobody said: an administrator, or who wrote last). Once a chat
          has a member, its bots need the rights that Telegram asks for. In a private chat
          `user` is the bot: kicked blocks it, member unblocks it.
GET    /admin/updates   bot=the newest seen -> {"pending": [Update], "webhook": WebhookInfo or null}
POST   /admin/limits    {rate?, chat_rate?, group_rate?, paid_rate?} -> the rates; 0: none
POST   /admin/reset     -> {}. Forgets everything but the rates and what bots told of themselves
          (webhook, commands), and begins receipts at 1; updates and changes are counted on.
"""

import orjson
from aiohttp import web

from sandbox import admin_chats, admin_faults, admin_people, admin_requests
from sandbox.asked import Answer, Routes
from sandbox.page_files import page_file
from sandbox.query import Mistake, read_query
from sandbox.refusals import JSON_TYPE, Refusal
from sandbox.telegram import Telegram

ROUTES: Routes = {
    **admin_requests.ROUTES,
    **admin_faults.ROUTES,
    **admin_chats.ROUTES,
    **admin_people.ROUTES,
}


class Admin:
    """Answers whatever is not the Bot API."""

    def __init__(self, telegram: Telegram) -> None:
        self._telegram = telegram

    async def answer(self, request: web.BaseRequest) -> web.StreamResponse:
        if page := page_file(request.path):
            return page
        route = ROUTES.get((request.method, request.path.removeprefix("/admin/")))
        if route is None:
            return _json({"error": "no such thing; see sandbox/admin.py"}, 404)
        try:
            return _json(await route(self._telegram, await read_query(request)))
        except Mistake as mistake:
            return _json({"error": str(mistake)}, 400)
        except Refusal as refusal:
            return _json({"error": refusal.description}, 400)


def _json(answer: Answer, status: int = 200) -> web.Response:
    return web.Response(body=orjson.dumps(answer), status=status, headers=JSON_TYPE)
