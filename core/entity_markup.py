"""Formatted text as nested markup: every piece of it once, inside of all that it is marked with."""

from collections import deque
from collections.abc import Callable, Iterable, Sequence
from typing import Generic, NamedTuple, TypeVar

from core.entity import utf16_length

T = TypeVar("T")


class Place(NamedTuple, Generic[T]):
    """Where something lies in a text; `offset` and `length` are in UTF-16 units."""

    offset: int
    length: int
    what: T

    @property
    def end(self) -> int:
        return self.offset + self.length


Plain = Callable[[str], str]
"""Takes a piece of the text."""
Marked = Callable[[T, str, str], str]
"""Takes what lies there, its markup so far, and the text of it."""


def marked_up(text: str, places: Iterable[Place[T]], plain: Plain, marked: Marked[T]) -> str:
    """Of two places that cross, the later is cut in two; of equal ones the first is outside."""
    ordered = sorted(places, key=lambda place: (place.offset, -place.length))
    return _Weaver(text, plain, marked).between(ordered, 0, utf16_length(text))


class _Weaver(Generic[T]):
    def __init__(self, text: str, plain: Plain, marked: Marked[T]) -> None:
        self._units = text.encode("utf-16-le", "surrogatepass")
        self._plain, self._marked = plain, marked

    def between(self, places: Sequence[Place[T]], start: int, end: int) -> str:
        parts, rest = [], deque(places)
        while rest:
            place = rest.popleft()
            opens, closes = max(place.offset, start), min(place.end, end)
            if opens >= closes:
                continue
            inner = []
            while rest and rest[0].offset < closes:
                inner.append(rest.popleft())
            rest.extendleft(other for other in reversed(inner) if other.end > closes)
            shown = self.between(inner, opens, closes)
            parts.append(self._plain(self._cut(start, opens)))
            parts.append(self._marked(place.what, shown, self._cut(opens, closes)))
            start = closes
        return "".join([*parts, self._plain(self._cut(start, end))])

    def _cut(self, start: int, end: int) -> str:
        """An offset may split a pair of surrogates; what is left of it cannot be shown."""
        return self._units[2 * start : 2 * end].decode("utf-16-le", "replace")
