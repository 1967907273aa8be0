"""What Telegram finds in a person's text by itself: commands, names, tags, links."""

import re
from collections.abc import Iterator

from core.entity import utf16_length
from core.entity_markup import Place

FOUND = re.compile(
    r"""(?P<url>(?:https?://|www\.)[^\s<>"]*[^\s<>".,;:!?'()\[\]{}]
          |\b(?:[a-z0-9-]{1,63}\.){1,8}(?:com|org|net|info|io|me|dev|app|de|fr|uk|ru|eu)\b
           (?:/[^\s<>"]*[^\s<>".,;:!?'()\[\]{}])?(?!@))
    |(?P<email>\b[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8})
    |(?<![\w/@])(?P<bot_command>/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?)(?![\w/])
    |(?<![\w@])(?P<mention>@[A-Za-z][A-Za-z0-9_]{3,31})\b
    |(?<![\w#])(?P<hashtag>\#\w*[^\W\d]\w*)
    |(?<![\w$])(?P<cashtag>\$[A-Z]{1,8})\b""",
    re.VERBOSE,
)
"""Of names without http:// only those under some common top-level domains are links. Parts of names
are as long as RFC 1035 and RFC 5321 have them: without a bound, of a long text each place is looked
at from each before it.
"""


def detected(text: str) -> Iterator[Place[str]]:
    """The types of the entities that are found, and where."""
    offset = behind = 0
    for found in FOUND.finditer(text):
        assert found.lastgroup is not None
        start, end = found.span(found.lastgroup)
        length = utf16_length(text[start:end])
        offset += utf16_length(text[behind:start])
        yield Place(offset, length, found.lastgroup)
        offset, behind = offset + length, end
