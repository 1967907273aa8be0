"""CSV that a spreadsheet may open: how it is encoded, and what it must not take for a formula."""

import re
from typing import Final

ENCODING: Final = "utf-8-sig"
"""With a mark: spreadsheets would otherwise take it for another encoding."""

FORMULA: Final = re.compile(r"'*[=+\-@\t\r]")
"""What begins so is taken for a formula; a quote in front says that it is text.

https://owasp.org/www-community/attacks/CSV_Injection
"""


def cell_of(text: str) -> str:
    """The text as a cell of such a file; `text_of` reads it back."""
    return f"'{text}" if FORMULA.match(text) else text


def text_of(cell: str) -> str:
    text = cell.strip()
    return text[1:] if text[:1] == "'" and FORMULA.match(text) else text
