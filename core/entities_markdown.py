"""Telegram's first Markdown ("Markdown", kept for old bots): no nesting, few escapes."""

import re

from core.entity import SPACES, Draft, Entity, EntityError, Parsed, byte_offset
from core.entity_links import checked_link, mentioned_user

KINDS = {"_": "italic", "*": "bold", "`": "code", "```": "pre", "[": "text_link"}
PLAIN = re.compile(r"(?:\\[_*`\[]|[^_*`\[])+")
ESCAPED = re.compile(r"\\([_*`\[])")
LANGUAGE = re.compile(rf"([^{SPACES}`]+)(?=[^`])")
FIRST_LINE_END = re.compile(r"\r\n|\n\r|\n|\r")


def code_block(source: str, at: int) -> tuple[str, int]:
    """The language after "```", and where the code begins: one line end is skipped."""
    found = LANGUAGE.match(source, at)
    language = found[1] if found and found.end() < len(source) else ""
    line_end = FIRST_LINE_END.match(source, at + len(language))
    return language, line_end.end() if line_end else at + len(language)


def link_entity(offset: int, length: int, link: str) -> Entity | None:
    """A link or a mention; None for what Telegram does not take for a link."""
    user_id = mentioned_user(link)
    if user_id:
        return Entity("text_mention", offset, length, user_id=user_id)
    url = checked_link(link)
    return Entity("text_link", offset, length, url=url) if url else None


class _Parser:
    def __init__(self, source: str) -> None:
        self.source = source
        self.at = 0
        self.draft = Draft()

    def parse(self) -> Parsed:
        while self.at < len(self.source):
            plain = PLAIN.match(self.source, self.at)
            if plain:
                self.draft.write(ESCAPED.sub(r"\1", plain[0]))
                self.at = plain.end()
            else:
                self._entity()
        return self.draft.finish()

    def _entity(self) -> None:
        mark = "```" if self.source.startswith("```", self.at) else self.source[self.at]
        begin, start, language = self.at, self.at + len(mark), ""
        if mark == "```":
            language, start = code_block(self.source, start)
        close = "]" if mark == "[" else mark
        end = self.source.find(close, start)
        if end < 0:
            offset = byte_offset(self.source, begin)
            raise EntityError(
                f"Can't find end of the entity starting at byte offset {offset}", begin
            )
        self.at = end + len(close)
        self._add(mark, self.source[start:end], language)

    def _add(self, mark: str, text: str, language: str) -> None:
        offset = self.draft.length
        self.draft.write(text)
        length = self.draft.length - offset
        made: Entity | None = Entity(KINDS[mark], offset, length, language=language or None)
        if length and mark == "[":
            made = link_entity(offset, length, self._link(text))
        self.draft.entities.extend([made] if length and made else [])

    def _link(self, text: str) -> str:
        """ "(url)" may follow; without it the text is the link, if it is one."""
        if not self.source.startswith("(", self.at):
            return text
        end = self.source.find(")", self.at)
        end = end if end >= 0 else len(self.source)  # Telegram forgives a missing ")"
        link, self.at = self.source[self.at + 1 : end], end + 1
        return link


def parse_markdown(text: str) -> Parsed:
    """The text and entities of a message with parse_mode "Markdown"; or EntityError."""
    return _Parser(text).parse()
