"""Numbers as a language writes them: +14.1% in English, +14,1 % in Russian."""

from babel import Locale
from babel.numbers import format_decimal

SIGNED = "+{0};-{0}"
WHOLE, TENTHS = "#,##0", "#,##0.0"


def change_told(change: int, language: str) -> str:
    """With its sign, of growth as well."""
    return format_decimal(change, SIGNED.format(WHOLE), locale=language)


def change_percent_told(percent: float, language: str) -> str:
    return format_decimal(percent, SIGNED.format(TENTHS), locale=language) + _sign(language)


def percent_told(percent: float, language: str) -> str:
    return format_decimal(percent, WHOLE, locale=language) + _sign(language)


def _sign(language: str) -> str:
    """The percent sign, with the space before it where there is one."""
    return str(Locale.parse(language).percent_formats[None].pattern).removeprefix(WHOLE)
