"""The admin's look at requests: receipts, counts, what is held, limits."""

from sandbox.asked import Answer, Routes, chat_id_of, wait_s
from sandbox.query import Query
from sandbox.telegram import Telegram

LIMIT = 1000
RATES = ("rate", "chat_rate", "group_rate", "paid_rate")


async def receipts(telegram: Telegram, query: Query) -> Answer:
    log, since = telegram.receipts, query.get("since", int, 0)
    chat_id, bot_id = chat_id_of(telegram, query), query.get("bot", int)
    await log.wait(query.get("count", int, 1), since, chat_id, bot_id, wait_s=wait_s(query))
    seqs = log.since(since, chat_id, bot_id)
    if query.get("compact", bool, False):
        return {"last": log.last, "columns": log.columns(seqs)}
    shown = seqs[: query.get("limit", int, LIMIT)]
    return {"last": log.last, "receipts": list(log.whole(shown))}


async def stats(telegram: Telegram, _: Query) -> Answer:
    return {
        **telegram.counts.facts(),
        "held": len(telegram.holds.waiting),
        "frozen": telegram.holds.frozen,
        "last": telegram.receipts.last,
    }


async def in_flight(telegram: Telegram, query: Query) -> Answer:
    counts, count = telegram.counts, query.get("count", int, 1)
    await counts.changed.wait_for(lambda: counts.in_flight >= count, wait_s(query))
    return {"in_flight": counts.in_flight}


async def held(telegram: Telegram, query: Query) -> Answer:
    await telegram.holds.wait(query.get("count", int, 1), wait_s(query))
    return {"held": [waiting.facts() for waiting in telegram.holds.waiting]}


async def release(telegram: Telegram, query: Query) -> Answer:
    chat_id = chat_id_of(telegram, query)
    if not query.get("keep", bool, False):
        telegram.faults.remove_holds(chat_id)
    cut = query.get("cut", bool, False)
    return {"released": telegram.holds.release(chat_id, cut=cut)}


async def freeze(telegram: Telegram, _: Query) -> Answer:
    telegram.holds.freeze()
    return {}


async def thaw(telegram: Telegram, _: Query) -> Answer:
    return {"released": telegram.holds.thaw()}


async def limits(telegram: Telegram, query: Query) -> Answer:
    for name, rate in query.given(dict.fromkeys(RATES, float)).items():
        setattr(telegram.limits, name, rate)
    return {name: getattr(telegram.limits, name) for name in RATES}


async def reset(telegram: Telegram, _: Query) -> Answer:
    telegram.reset()
    return {}


ROUTES: Routes = {
    ("GET", "receipts"): receipts,
    ("GET", "stats"): stats,
    ("GET", "in_flight"): in_flight,
    ("GET", "held"): held,
    ("POST", "release"): release,
    ("POST", "freeze"): freeze,
    ("POST", "thaw"): thaw,
    ("POST", "limits"): limits,
    ("POST", "reset"): reset,
}
