"""Long lists, a page at a time: Telegram takes a hundred buttons."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from aiogram.filters.callback_data import CallbackData

from apps.bot.keyboards.rows import Button

PAGE = 8

Item = TypeVar("Item")
Row = list[Button]


def turning(page: int, count: int, to: Callable[[int], CallbackData]) -> list[Row]:
    """Back and on, where there is more than a page."""
    row: Row = [("‹", to(page - 1))] if page else []
    row += [("›", to(page + 1))] if (page + 1) * PAGE < count else []
    return [row] if row else []


def page_there(page: int, count: int) -> int:
    """The page that was asked for; the last one, where it is gone by now."""
    return min(page, max(count - 1, 0) // PAGE)


def items_on(page: int, found: Sequence[Item]) -> Sequence[Item]:
    return found[page * PAGE : (page + 1) * PAGE]
