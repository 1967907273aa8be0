"""Telegram's MarkdownV2: nested marks, every reserved character escaped or meant."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from core.entities_markdown import code_block, link_entity
from core.entity import Draft, Entity, EntityError, Parsed, byte_offset
from core.entity_links import is_time_format, linked_emoji, linked_time

CLOSERS = {
    "bold": "*",
    "italic": "_",
    "underline": "__",
    "strikethrough": "~",
    "spoiler": "||",
    "code": "`",
    "pre": "```",
    "text_link": "]",
    "custom_emoji": "]",
}
NAMES = {  # as Telegram's errors call them
    "blockquote": "BlockQuote",
    "text_link": "TextUrl",
    "custom_emoji": "CustomEmoji",
}
CODES = frozenset({"code", "pre"})

ESCAPE = re.compile(r"\\([\x01-\x7e])")
PLAIN = re.compile(r"(?:[^\\_*\[\]()~`>#+\-=|{}.!\n]|\\(?![\x01-\x7e]))+")
PLAIN_CODE = re.compile(r"(?:[^\\`]|\\(?![\x01-\x7e]))+")
LINK = re.compile(r"\(((?:\\[\x01-\x7e]|[^)])*+)\)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class _Open:
    """A mark that waits for its end."""

    type: str
    begin: int  # where it stands in the source
    offset: int  # in UTF-16 units of the text
    mark: int  # in parts of the draft
    language: str = ""


class _Parser:
    def __init__(self, source: str) -> None:
        self.source = source
        self.at = 0
        self.draft = Draft()
        self.open: list[_Open] = []
        self.quoting = False
        self.line_start = True  # nothing but marks since the line began: ">" quotes here

    def parse(self) -> Parsed:
        while self.at < len(self.source):
            if not self._escape() and not self._plain():
                self._mark()
        self._end_last_quote()
        if self.open:
            raise self._unclosed()
        return self.draft.finish()

    def _escape(self) -> bool:
        found = ESCAPE.match(self.source, self.at)
        if found:
            self._write(found[1], found.end())
        return found is not None

    def _plain(self) -> bool:
        found = (PLAIN_CODE if self._inside() in CODES else PLAIN).match(self.source, self.at)
        if found:
            self._write(found[0], found.end())
        return found is not None

    def _write(self, text: str, end: int) -> None:
        self.draft.write(text)
        self.at = end
        shown = text.rstrip("\r")
        if shown:
            self.line_start = shown.endswith("\n")

    def _inside(self) -> str:
        return self.open[-1].type if self.open else ""

    def _mark(self) -> None:
        character = self.source[self.at]
        if self.quoting and character == "\n" and not self.source.startswith("\n>", self.at):
            self._end_quote()
        elif self._closes():
            self._close()
        else:
            OPENERS.get(character, _Parser.reserved)(self)

    def _closes(self) -> bool:
        closer = CLOSERS.get(self._inside())
        if closer is None or not self.source.startswith(closer, self.at):
            return False
        return closer != "_" or not self.source.startswith("__", self.at)

    def begin(self, kind: str, width: int, language: str = "") -> None:
        opened = _Open(kind, self.at, self.draft.length, len(self.draft.parts), language)
        self.open.append(opened)
        self.at += width

    def reserved(self) -> None:
        character = self.source[self.at]
        raise EntityError(
            f"Character '{character}' is reserved and must be escaped with the preceding '\\'",
            self.at,
        )

    def underscore(self) -> None:
        double = self.source.startswith("__", self.at)
        self.begin("underline" if double else "italic", 1 + double)

    def spoiler(self) -> None:
        self.begin("spoiler", 2) if self.source.startswith("||", self.at) else self.reserved()

    def emoji(self) -> None:
        if not self.source.startswith("![", self.at):
            self.reserved()
        self.begin("custom_emoji", 2)

    def code(self) -> None:
        if not self.source.startswith("```", self.at):
            return self.begin("code", 1)
        language, start = code_block(self.source, self.at + 3)
        return self.begin("pre", start - self.at, language)

    def line(self) -> None:
        self._write("\n", self.at + 1)

    def quote(self) -> None:
        if not self.line_start:
            self.reserved()
        if self.quoting:
            self.at += 1
        else:
            self.begin("blockquote", 1)
            self.quoting = True

    def _close(self) -> None:
        opened = self.open.pop()
        self.at += len(CLOSERS[opened.type])
        entity = ENDINGS.get(opened.type, _Parser.simple)(self, opened)
        if entity and entity.length:
            self.draft.entities.append(entity)

    def simple(self, opened: _Open) -> Entity:
        length = self.draft.length - opened.offset
        return Entity(opened.type, opened.offset, length, language=opened.language or None)

    def end_link(self, opened: _Open) -> Entity | None:
        bare = not self.source.startswith("(", self.at)
        link = self.draft.link(opened.mark, opened.offset) if bare else self._link()
        return link_entity(opened.offset, self.draft.length - opened.offset, link)

    def end_emoji(self, opened: _Open) -> Entity:
        if not self.source.startswith("(", self.at):
            raise EntityError("The entity must contain a tg://emoji or tg://time URL")
        link = self._link()
        place = opened.offset, self.draft.length - opened.offset
        emoji_id = linked_emoji(link)
        return (
            Entity("custom_emoji", *place, custom_emoji_id=emoji_id)
            if emoji_id
            else _time(link, *place)
        )

    def _link(self) -> str:
        found = LINK.match(self.source, self.at)
        if found is None:
            offset = byte_offset(self.source, self.at + 1)
            raise EntityError(f"Can't find end of a URL at byte offset {offset}", self.at + 1)
        self.at = found.end()
        return ESCAPE.sub(r"\1", found[1])

    def _end_quote(self) -> None:
        """A line that does not go on with ">" ends the quote; its line feed belongs to it."""
        kind = "blockquote"
        if self._inside() == "spoiler" and self._just_opened():
            self.open.pop()
            kind = "expandable_blockquote"
        if self._inside() != "blockquote":
            raise self._unclosed()
        self.line()
        self._add_quote(kind)

    def _just_opened(self) -> bool:
        """Whether "||" stands at the end of the line: the quote is expandable."""
        return not self.source[self.open[-1].begin + 2 : self.at].rstrip("\r")

    def _end_last_quote(self) -> None:
        kind = "blockquote"
        last = len(self.source) - 2
        if self.quoting and self._inside() == "spoiler" and self.open[-1].begin == last:
            self.open.pop()
            kind = "expandable_blockquote"
        if self._inside() == "blockquote":
            self._add_quote(kind)

    def _add_quote(self, kind: str) -> None:
        opened = self.open.pop()
        self.quoting = False
        if self.draft.length > opened.offset:
            length = self.draft.length - opened.offset
            self.draft.entities.append(Entity(kind, opened.offset, length))

    def _unclosed(self) -> EntityError:
        opened = self.open[-1]
        name = NAMES.get(opened.type, opened.type.capitalize())
        name = "PreCode" if opened.language else name
        offset = byte_offset(self.source, opened.begin)
        return EntityError(f"Can't find end of {name} entity at byte offset {offset}", opened.begin)


def _time(link: str, offset: int, length: int) -> Entity:
    told = linked_time(link)
    if told is None:
        raise EntityError("Invalid tg://emoji or tg://time URL specified")
    if not is_time_format(told[1]):
        raise EntityError("Invalid date format used")
    return Entity("date_time", offset, length, unix_time=told[0], date_time_format=told[1] or None)


OPENERS: Mapping[str, Callable[[_Parser], None]] = {
    "_": _Parser.underscore,
    "*": lambda parser: parser.begin("bold", 1),
    "~": lambda parser: parser.begin("strikethrough", 1),
    "[": lambda parser: parser.begin("text_link", 1),
    "|": _Parser.spoiler,
    "!": _Parser.emoji,
    "`": _Parser.code,
    "\n": _Parser.line,
    ">": _Parser.quote,
}
ENDINGS: Mapping[str, Callable[[_Parser, _Open], Entity | None]] = {
    "text_link": _Parser.end_link,
    "custom_emoji": _Parser.end_emoji,
}


def parse_markdown_v2(text: str) -> Parsed:
    """The text and entities of a message with parse_mode "MarkdownV2"; or EntityError."""
    return _Parser(text).parse()
