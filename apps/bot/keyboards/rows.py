"""Inline keyboards out of rows of (text, what it carries)."""

from collections.abc import Iterable, Sequence

from aiogram.filters.callback_data import CallbackData
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup

Button = tuple[str, CallbackData | str]
"""A text, and what pressing it carries; a text such as https://… opens that."""


def keyboard(rows: Iterable[Sequence[Button]]) -> InlineKeyboardMarkup:
    made = [[_button(text, carried) for text, carried in row] for row in rows]
    return InlineKeyboardMarkup(inline_keyboard=made)


def _button(text: str, carried: CallbackData | str) -> InlineKeyboardButton:
    if isinstance(carried, str):
        return InlineKeyboardButton(text=text, url=carried)
    return InlineKeyboardButton(text=text, callback_data=carried.pack())
