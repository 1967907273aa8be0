"""Alerts in words: many of one kind in one message."""

from collections.abc import Sequence

from apps.bot.broadcast_words import called, why_told
from apps.bot.clocks import told, zone_of
from apps.bot.health_words import phrases_told
from apps.bot.post_words import Titles
from apps.bot.texts import Words
from core.alert import Alert, AlertKind
from core.channel_rights import CHANNEL
from core.message import ACTIVE, Message, State
from core.person import Person

LISTED = 5
"""Of more than these only the number is told."""

REASON, TITLE = 160, 60
ON_CARD = 300

NUMBERS = ("sent", "total", "failed", "skipped", "uncertain", "pending")
"""Of a broadcast."""


def alerts_told(alerts: Sequence[Alert], titles: Titles, words: Words) -> str:
    """Alerts of one kind, all of them new or all of them over."""
    lines = [_line(alert, titles, words) for alert in alerts[:LISTED]]
    if more := len(alerts) - LISTED if len(alerts) > LISTED else 0:
        lines.append(words.format("alerts-more", n=more))
    key = "alerts-over" if alerts[0].ends else "alerts-told"
    head = words.format(key, kind=alerts[0].kind.value, n=len(alerts))
    return "\n".join([head, "", *lines])


def card(alert: Alert, message: Message, titles: Titles, person: Person, words: Words) -> str:
    """Everything about one message."""
    text = words.format(
        "alert-card",
        id=str(message.id),
        state=message.state.value,
        chat=titles.get(message.chat_id, message.chat_id)[:TITLE],
        when=told(message.wanted_at, zone_of(person), words.language),
        attempts=message.attempts,
        reason=_reason(message),
        head=str(alert.facts["head"]) or "—",
    )
    return text.replace("\n\n\n", "\n\n")  # where there is no reason


def _reason(message: Message) -> str:
    """What it failed for is past, once it is to be tried again."""
    if message.state in ACTIVE or message.state is State.SENT:
        return ""
    return (message.description or message.reason or "—")[:ON_CARD]


def _line(alert: Alert, titles: Titles, words: Words) -> str:
    facts = alert.facts
    if alert.kind is AlertKind.HEALTH:
        return _of_part(alert, words)
    if alert.kind is AlertKind.RIGHTS:
        return _of_channel(alert, words)
    if alert.kind in (AlertKind.BROADCAST, AlertKind.COMPLETED):
        return _of_broadcast(alert, words)
    return words.format(
        "alert-message",
        chat=titles.get(facts["chat"], str(facts["chat"]))[:TITLE],
        head=facts["head"] or "—",
        reason=str(facts["reason"])[:REASON] or "—",
    )


def _of_part(alert: Alert, words: Words) -> str:
    facts = alert.facts
    name = words.format("alert-part", part=facts["part"])
    if alert.ends:
        return words.format("alert-well", what=name)
    reason = phrases_told(facts.get("why", ()), str(facts["reason"]), words)
    told_ = words.format("alert-ill", what=name, reason=reason[:REASON])
    todo = phrases_told(facts.get("todo", ()), str(facts["remedy"]), words)
    remedy = todo and words.format("health-remedy", remedy=todo)
    return "\n".join(filter(None, (told_, remedy)))


def _of_broadcast(alert: Alert, words: Words) -> str:
    """As it stood when this was noticed."""
    facts, is_paused = alert.facts, alert.kind is AlertKind.BROADCAST
    return words.format(
        "alert-broadcast-paused" if is_paused else "alert-broadcast-completed",
        id=str(facts["broadcast"]),
        name=called(facts, words),
        why=why_told(str(facts["why"]), words)[:ON_CARD],
        **{name: facts[name] for name in NUMBERS},
    )


def _of_channel(alert: Alert, words: Words) -> str:
    facts = alert.facts
    title = str(facts["title"])[:TITLE]
    if alert.ends:
        return words.format("alert-well", what=title)
    trouble = facts["trouble"] and words.format("channel-trouble", why=facts["trouble"][:REASON])
    return "\n".join(filter(None, (*_lost(alert, title, words), trouble)))


def _lost(alert: Alert, title: str, words: Words) -> Sequence[str]:
    """What the bot cannot do there any more; the channel alone, where Telegram just tells nothing
    of it.
    """
    facts = alert.facts
    if facts.get("out") and facts["lost"]:
        kind = "channel" if facts["type"] == CHANNEL else "group"
        return [words.format("alert-channel-out", title=title, kind=kind)]
    if not facts["lost"]:
        return [words.format("alert-well", what=title)]
    lost = (words.format("right-missing", right=right) for right in facts["lost"])
    return [words.format("alert-channel", title=title), *lost]
