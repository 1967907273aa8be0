"""The buttons of a post that is being written."""

from collections.abc import Sequence

from aiogram.types import InlineKeyboardMarkup

from apps.bot.cutting import one_line
from apps.bot.drafts import Aim, Draft
from apps.bot.keyboards.pages import items_on, turning
from apps.bot.keyboards.rows import Button, keyboard
from apps.bot.post_callbacks import ChannelTick, DraftButton, DraftStep, RuleButton
from apps.bot.post_words import TITLE_UNITS
from apps.bot.rule_words import WORKDAYS, rule_told
from apps.bot.texts import Words
from core.channel import Channel

RULES = ("FREQ=DAILY", f"FREQ=WEEKLY;BYDAY={','.join(WORKDAYS)}", "FREQ=WEEKLY", "FREQ=MONTHLY")

Row = list[Button]


def panel(draft: Draft, words: Words) -> InlineKeyboardMarkup:
    """What can be done with it."""
    if draft.aim is Aim.NEW:
        rows = [
            [_step(draft, DraftStep.CHANNELS, words.format("post-channels"))],
            *looks(draft, words),
            [_step(draft, DraftStep.NOW, words.format("post-now"))],
            [
                _step(draft, DraftStep.LATER, words.format("post-later")),
                _step(draft, DraftStep.REPEAT, words.format("post-repeat")),
            ],
        ]
    else:
        own = looks(draft, words) if draft.aim is Aim.QUEUED else []
        rows = [*own, [_step(draft, DraftStep.REPLACE, words.format("post-replace"))]]
    return keyboard([*rows, [drop(draft, words)]])


def channels(
    draft: Draft, found: Sequence[Channel], page: int, words: Words
) -> InlineKeyboardMarkup:
    rows = [[_tick(draft, channel, page)] for channel in items_on(page, found)]
    turn = turning(page, len(found), lambda to: ChannelTick(draft=draft.id, channel=0, page=to))
    return keyboard([*rows, *turn, [_step(draft, DraftStep.SHOW, words.format("post-done"))]])


def rules(draft: Draft, words: Words) -> InlineKeyboardMarkup:
    rows: list[Row] = [
        [(rule_told(rule, words), RuleButton(draft=draft.id, rule=rule))] for rule in RULES
    ]
    write = (words.format("rule-write"), RuleButton(draft=draft.id, rule=""))
    return keyboard([*rows, [write], back(draft, words)])


def only_back(draft: Draft, words: Words) -> InlineKeyboardMarkup:
    return keyboard([back(draft, words)])


def writing_buttons(draft: Draft, words: Words) -> InlineKeyboardMarkup:
    bare = [[_step(draft, DraftStep.BARE, words.format("post-bare"))]] if draft.buttons else []
    return keyboard([*bare, back(draft, words)])


def only_drop(draft: Draft, words: Words) -> InlineKeyboardMarkup:
    return keyboard([[drop(draft, words)]])


def unfinished(draft: Draft, words: Words, anew: Button | None = None) -> InlineKeyboardMarkup:
    """Go on with it, or begin another."""
    resume = _step(draft, DraftStep.RESUME, words.format("draft-resume"))
    another = anew or _step(draft, DraftStep.ANEW, words.format("draft-anew"))
    return keyboard([[resume], [another]])


def back(draft: Draft, words: Words) -> Row:
    return [_step(draft, DraftStep.SHOW, words.format("back"))]


def drop(draft: Draft, words: Words) -> Button:
    return _step(draft, DraftStep.DROP, words.format("cancel"))


def looks(draft: Draft, words: Words) -> list[Row]:
    row = [_step(draft, DraftStep.BUTTONS, words.format("post-buttons"))]
    if draft.is_forwarded and draft.forward:
        return [[_step(draft, DraftStep.COPY, words.format("post-copy"))]]
    if draft.is_forwarded:
        row.append(_step(draft, DraftStep.FORWARD, words.format("post-forward")))
    return [row]


def _tick(draft: Draft, channel: Channel, page: int) -> Button:
    mark = "✓ " if channel.id in draft.channels else ""
    title = one_line(channel.facts.title, TITLE_UNITS)
    return f"{mark}{title}", ChannelTick(draft=draft.id, channel=channel.id, page=page)


def _step(draft: Draft, step: DraftStep, text: str) -> Button:
    return text, DraftButton(step=step, draft=draft.id, revision=draft.revision)
