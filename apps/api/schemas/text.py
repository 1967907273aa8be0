"""Text as it may come in: what no database takes is refused."""

from typing import Annotated

from pydantic import AfterValidator


def _is_storable(text: str) -> str:
    if "\x00" in text or any("\ud800" <= character <= "\udfff" for character in text):
        raise ValueError("holds a character that is no text; leave it out")
    return text


PlainText = Annotated[str, AfterValidator(_is_storable)]
