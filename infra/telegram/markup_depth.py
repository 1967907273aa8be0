"""How much work a page would make, told before it is parsed."""

import re
from collections import Counter
from collections.abc import Sequence
from itertools import accumulate

# As the parser reads them: a comment hides tags, and in quotes a ">" ends none.
TAG = re.compile(
    r"""
    <!-- (?: -?> | .*? (?: --!?> | \Z ) )
    | < (?P<name> /?[a-z][^\t\n\f\r\ />]*+ )
      (?: [\t\n\f\r\ /]++
        | [^\t\n\f\r\ />] [^\t\n\f\r\ />=]*+
          (?: [\t\n\f\r\ ]*+ = [\t\n\f\r\ ]*+ (?: "[^"]*+"? | '[^']*+'? | [^\t\n\f\r\ >]*+ ) )?
      )*+
    """,
    re.VERBOSE | re.DOTALL,
)
# Elements without an end tag would look like ever deeper nesting.
VOID = frozenset(
    ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"]
)
# A page of 20 posts has 2,700 tags of up to 250 characters, about 15 levels deep.
DEEPEST = 300
MOST_TAGS = 30_000
LONGEST_TAG = 20_000
# The parser compares each attribute of a tag with all before it: many long tags are as bad.
MOST_WORK = 2 * LONGEST_TAG**2


def fault(html: str) -> str | None:
    """Why this is no page to be parsed, in words; None where it may be.

    It tells junk from a page in a few milliseconds; who knows how it counts gets past it.
    """
    tags = [(found["name"], len(found[0])) for found in TAG.finditer(html.lower()) if found["name"]]
    if len(tags) > MOST_TAGS:
        return f"has {len(tags)} tags"
    if (longest := max((length for _, length in tags), default=0)) > LONGEST_TAG:
        return f"has a tag of {longest} characters"
    if sum(length**2 for _, length in tags) > MOST_WORK:
        return f"has too many tags of up to {longest} characters"
    if (levels := nesting([name for name, _ in tags])) > DEEPEST:
        return f"nests {levels} levels deep"
    return None


def nesting(names: Sequence[str]) -> int:
    """Levels of nesting, about: tags open at once or tags never closed, whichever are more.

    The parser's time grows with the square of the depth, for some elements with its cube:
    half a megabyte of nothing but <div> was measured to take 14 s.
    """
    tags = [name for name in names if name not in VOID]
    deepest = max(accumulate(-1 if tag[0] == "/" else 1 for tag in tags), default=0)
    counts = Counter(tags)
    unclosed = sum(
        max(0, count - counts.get("/" + tag, 0)) for tag, count in counts.items() if tag[0] != "/"
    )
    return max(deepest, unclosed)
