"""Telegram's HTML: a few tags, parsed by its rules and refused in its words."""

import re
from dataclasses import replace
from string import ascii_lowercase, ascii_uppercase

from core.entities_html_tags import TAGS, Tag, entity_of
from core.entity import SPACES, Draft, EntityError, Parsed, byte_offset

NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
REFERENCE = re.compile(r"&(?:#x(?P<hex>[0-9a-fA-F]*)|#(?P<dec>[0-9]*)|(?P<name>[a-zA-Z]*))")
REFERENCE_LENGTH = 10  # a numeric one as long as this is left as it stands

TAG_NAME = re.compile(rf"[^{SPACES}>]*")
ATTRIBUTE_NAME = re.compile(rf"[^{SPACES}=>/\"']*")
NAME_TOKEN = re.compile(r"[a-zA-Z0-9.\-]*")
BLANKS = re.compile(r"[ \t\r\n\v]*")
PLAIN_TEXT = re.compile(r"[^<&\0]*")
QUOTED = {quote: re.compile(rf"[^&\0{quote}]*") for quote in "'\""}
LOWER = str.maketrans(ascii_uppercase, ascii_lowercase)  # str.lower would fold more than ASCII

BAD_SURROGATE = (
    "Text contains invalid Unicode characters after decoding HTML entities, "
    "check for unmatched surrogate code units"
)


class _Parser:
    def __init__(self, source: str) -> None:
        self.source = source + "\0"  # a stop, so that no read needs to ask for the end
        self.size = len(source)
        self.at = 0
        self.draft = Draft()
        self.open: list[Tag] = []

    def parse(self) -> Parsed:
        while self.at < self.size:
            self._step()
        if self.open:
            tag = self.open[-1]
            problem = f'Can\'t find end tag corresponding to start tag "{tag.name}"'
            raise EntityError(problem, tag.begin)
        # a language is shown with <pre> only
        self.draft.entities = [
            replace(e, language=None) if e.type == "code" else e for e in self.draft.entities
        ]
        return self.draft.finish()

    def _step(self) -> None:
        character = self.source[self.at]
        if character == "<":
            self._end_tag() if self.source[self.at + 1] == "/" else self._start_tag()
        elif character == "&":
            self.draft.write(self._reference())
        else:
            self.draft.write(self._read(PLAIN_TEXT))

    def _read(self, pattern: re.Pattern[str]) -> str:
        """What the pattern matches from here on; it always matches, if only nothing."""
        found = pattern.match(self.source, self.at)
        assert found is not None
        self.at = found.end()
        return found[0]

    def _reference(self) -> str:
        """What "&...;" stands for; the ampersand itself if it stands for nothing."""
        found = REFERENCE.match(self.source, self.at)
        assert found is not None
        text = _decoded(found)
        if not text:
            self.at += 1
            return "&"
        self.at = found.end() + (self.source[found.end()] == ";")
        return text

    def _start_tag(self) -> None:
        begin, self.at = self.at, self.at + 1
        name = self._read(TAG_NAME).translate(LOWER)
        if self.at >= self.size:
            raise self._error("Unclosed start tag", begin)
        if name not in TAGS:
            raise self._error(f'Unsupported start tag "{name}"', begin)
        attributes = self._attributes(name, begin)
        if name == "span" and attributes.get("class") != "tg-spoiler":
            raise self._error('Tag "span" must have class "tg-spoiler"', begin)
        self.open.append(Tag(name, attributes, begin, self.draft.length, len(self.draft.parts)))

    def _attributes(self, tag: str, begin: int) -> dict[str, str]:
        attributes: dict[str, str] = {}
        while True:
            self._read(BLANKS)
            if self.source[self.at] == ">":
                self.at += 1
                return attributes
            name = self._read(ATTRIBUTE_NAME)
            if not name:
                raise self._error(f'Empty attribute name in the tag "{tag}"', begin)
            attributes[name] = self._value(tag, begin)

    def _value(self, tag: str, begin: int) -> str:
        """The value after "=", or "1" for an attribute that stands alone."""
        self._read(BLANKS)
        alone = self.source[self.at] != "="
        if not alone:
            self.at += 1
            self._read(BLANKS)
        if self.at >= self.size:
            raise self._error(f'Unclosed start tag "{tag}"', begin)
        value = "1" if alone else self._quoted_or_token()
        if self.at >= self.size:
            raise self._error("Unclosed start tag", begin)
        return value

    def _quoted_or_token(self) -> str:
        if self.source[self.at] in "'\"":
            return self._quoted()
        begin = self.at
        token = self._read(NAME_TOKEN).translate(LOWER)
        if self.source[self.at] not in SPACES + ">":
            raise self._error("Unexpected end of name token", begin)
        return token

    def _quoted(self) -> str:
        quote, parts = self.source[self.at], [""]
        self.at += 1
        while self.at < self.size and self.source[self.at] != quote:
            if self.source[self.at] == "&":
                parts.append(self._reference())
            else:
                parts.append(self._read(QUOTED[quote]))
        self.at = min(self.at + 1, self.size)
        return "".join(parts)

    def _end_tag(self) -> None:
        begin, self.at = self.at, self.at + 2
        if not self.open:
            raise self._error("Unexpected end tag", begin)
        name = self._read(TAG_NAME).translate(LOWER)
        self._read(BLANKS)
        if self.source[self.at] != ">":
            raise self._error("Unclosed end tag", begin)
        self.at += 1
        tag = self.open.pop()
        if name not in ("", tag.name):
            raise self._error(
                "Unmatched end tag", begin, f', expected "</{tag.name}>", found "</{name}>"'
            )
        made = entity_of(tag, self.draft)
        self.draft.entities.extend([made] if made else [])

    def _error(self, problem: str, index: int, more: str = "") -> EntityError:
        offset = byte_offset(self.source, index)
        return EntityError(f"{problem} at byte offset {offset}{more}", index)


def _decoded(found: re.Match[str]) -> str:
    if found["name"] is not None:
        return NAMED.get(found["name"], "")
    if len(found[0]) >= REFERENCE_LENGTH:
        return ""
    code = int(found["hex"] or "0", 16) if found["hex"] is not None else int(found["dec"] or "0")
    if code in range(0xD800, 0xE000):
        raise EntityError(BAD_SURROGATE)
    return chr(code) if 0 < code < 0x10FFFF else ""


def parse_html(text: str) -> Parsed:
    """The text and entities of a message with parse_mode "HTML"; or EntityError."""
    if "\0" in text:
        raise EntityError("Text must not contain null bytes")
    return _Parser(text).parse()
