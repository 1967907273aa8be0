"""The buttons of /queue and of what was sent."""

from collections.abc import Mapping, Sequence

from aiogram.types import InlineKeyboardMarkup

from apps.bot.cutting import one_line
from apps.bot.keyboards.pages import PAGE, items_on, turning
from apps.bot.keyboards.rows import Button, keyboard
from apps.bot.post_callbacks import (
    EntryButton,
    EntryStep,
    Of,
    PickTime,
    QueueChannels,
    QueuePage,
    SentButton,
    SentPage,
    SentStep,
)
from apps.bot.post_words import TITLE_UNITS
from apps.bot.texts import Words
from core.channel import Channel
from core.message import Message, State
from infra.db.agenda import NONE, Entry

IN_A_ROW = 4

Row = list[Button]


def page(
    entries: Sequence[Entry], shown: QueuePage, count: int, words: Words
) -> InlineKeyboardMarkup:
    """A number for each entry, as in the text."""
    first = shown.page * PAGE + 1
    numbers: Row = [(str(first + n), _of(entry, EntryStep.SHOW)) for n, entry in enumerate(entries)]
    turn = turning(shown.page, count, lambda to: QueuePage(channel=shown.channel, page=to))
    which = (words.format("queue-which"), QueueChannels(page=0))
    return keyboard([*_grid(numbers), *turn, [which], [_sent(words)]])


def which_channel(
    found: Sequence[tuple[Channel, int]], at: int, words: Words
) -> InlineKeyboardMarkup:
    """Each with how many are to come."""
    rows: list[Row] = [[(words.format("queue-all"), QueuePage(channel=0, page=0))]]
    for channel, count in items_on(at, found):
        text = f"{one_line(channel.facts.title, TITLE_UNITS)} · {count}"
        rows.append([(text, QueuePage(channel=channel.id, page=0))])
    return keyboard([*rows, *turning(at, len(found), lambda to: QueueChannels(page=to))])


def card(entry: Entry, words: Words, *, may_change: bool, waits: bool) -> InlineKeyboardMarkup:
    rows: list[Row] = [[(words.format("entry-look"), _of(entry, EntryStep.LOOK))]]
    if may_change and waits:
        rows += _changes(entry, words)
    if may_change and entry.message is not None:
        rows += _remedies(entry.message, words)
    if may_change and entry.series is not None:
        rows.append([(words.format("entry-end"), _of(entry, EntryStep.END))])
    return keyboard([*rows, [to_queue(words)]])


def ended(
    messages: Sequence[Message], titles: Mapping[str, str], words: Words
) -> InlineKeyboardMarkup:
    """What can be done with one post that has ended; of several, a way to each."""
    if len(messages) == 1:
        show = words.format("sent-step", step=SentStep.SHOW.value)
        return keyboard([*_remedies(messages[0], words), [(show, _card_of(messages[0]))]])
    named = [(titles.get(each.chat_id, each.chat_id), each) for each in messages[:PAGE]]
    rows = [[(one_line(title, TITLE_UNITS), _card_of(each))] for title, each in named]
    return keyboard([*rows, [to_queue(words)]])


def sure(asked: EntryButton, step: EntryStep, key: str, words: Words) -> InlineKeyboardMarkup:
    show = (words.format("back"), asked.model_copy(update={"step": EntryStep.SHOW}))
    return keyboard([[(words.format(key), asked.model_copy(update={"step": step}))], [show]])


def only_queue(words: Words) -> InlineKeyboardMarkup:
    return keyboard([[to_queue(words)]])


def to_queue(words: Words) -> Button:
    return words.format("queue-back"), QueuePage(channel=0, page=0)


def sent_page(found: Sequence[Message], at: int, count: int, words: Words) -> InlineKeyboardMarkup:
    first = at * PAGE + 1
    numbers: Row = [
        (str(first + n), SentButton(step=SentStep.SHOW, message=message.id))
        for n, message in enumerate(found)
    ]
    turn = turning(at, count, lambda to: SentPage(page=to))
    return keyboard([*_grid(numbers), *turn, [to_queue(words)]])


def sent_card(message: Message, steps: Sequence[SentStep], words: Words) -> InlineKeyboardMarkup:
    rows: list[Row] = [
        [(words.format("sent-step", step=step.value), SentButton(step=step, message=message.id))]
        for step in steps
    ]
    return keyboard([*rows, [_sent(words)]])


def sure_to_delete(message: Message, words: Words) -> InlineKeyboardMarkup:
    deleted = SentButton(step=SentStep.DELETED, message=message.id)
    show = SentButton(step=SentStep.SHOW, message=message.id)
    return keyboard([[(words.format("sent-delete-sure"), deleted)], [(words.format("back"), show)]])


def _remedies(message: Message, words: Words) -> list[Row]:
    """For what has failed, or is in doubt: the same as below alerts."""
    acts = {
        State.FAILED: [("alert-retry", EntryStep.RETRY)],
        State.UNCERTAIN: [("alert-resend", EntryStep.RESEND), ("alert-sent", EntryStep.SENT)],
    }
    return [
        [(words.format(key, n=1), _of_message(step, message))]
        for key, step in acts.get(message.state, [])
    ]


def _card_of(message: Message) -> EntryButton | SentButton:
    if message.state is State.SENT and message.message_ids:
        return SentButton(step=SentStep.SHOW, message=message.id)
    return _of_message(EntryStep.SHOW, message)


def _changes(entry: Entry, words: Words) -> list[Row]:
    skip = words.format("entry-skip" if entry.series is not None else "entry-cancel")
    cancel: Row = [(skip, _of(entry, EntryStep.CANCEL))]
    if entry.message is None:  # its time is the series', and it has no content of its own yet
        return [cancel]
    move = PickTime(of=Of.MESSAGE, id=entry.message.id)
    return [
        [
            (words.format("entry-edit"), _of(entry, EntryStep.EDIT)),
            (words.format("entry-move"), move),
        ],
        [(words.format("post-now"), _of(entry, EntryStep.NOW))],
        cancel,
    ]


def _of(entry: Entry, step: EntryStep) -> EntryButton:
    if entry.message is not None:
        return _of_message(step, entry.message)
    series = entry.series.id if entry.series is not None else NONE
    return EntryButton(step=step, message=NONE, series=series, at=int(entry.at.timestamp()))


def _of_message(step: EntryStep, message: Message) -> EntryButton:
    return EntryButton(step=step, message=message.id, series=NONE, at=0)


def _sent(words: Words) -> Button:
    return words.format("queue-sent"), SentPage(page=0)


def _grid(numbers: Row) -> list[Row]:
    return [numbers[n : n + IN_A_ROW] for n in range(0, len(numbers), IN_A_ROW)]
