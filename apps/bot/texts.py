"""Every sentence that the bot says, in each of its languages: locales/LANGUAGE/*.ftl (Fluent)."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from fluent.runtime import FluentBundle, FluentResource
from fluent.syntax import ast

LOCALES = Path(__file__).parent / "locales"
LANGUAGES = ("en", "ru", "uz")
DEFAULT = LANGUAGES[0]

Value = str | int | float


class Words:
    """One language."""

    def __init__(self, language: str, bundle: FluentBundle) -> None:
        self.language, self._bundle = language, bundle

    def format(self, key: str, **arguments: Value) -> str:
        """The text of this key, as Telegram shows it: no markup. A number is written as the
        language writes it, so an id has to be a text.

        Raises LookupError for a key, and for an argument, that is missing.
        """
        if not self._bundle.has_message(key):
            raise LookupError(f"no text {key!r} in {self.language}")
        pattern = self._bundle.get_message(key).value
        if pattern is None:
            raise LookupError(f"the text {key!r} is empty in {self.language}")
        text, errors = self._bundle.format_pattern(pattern, arguments)
        if errors:
            raise LookupError(f"the text {key!r} in {self.language}: {errors[0]}")
        return str(text)


class Texts:
    """All languages, read once."""

    def __init__(self, folder: Path = LOCALES) -> None:
        self._words = {name: Words(name, _bundle(folder / name, name)) for name in LANGUAGES}

    def of(self, *wanted: str) -> Words:
        """The first of the wanted languages that the bot speaks: "ru", or "ru-RU" as Telegram
        has it; English where there is none.
        """
        primary = (code.lower().replace("_", "-").partition("-")[0] for code in wanted)
        return self._words[next((code for code in primary if code in self._words), DEFAULT)]

    @property
    def all(self) -> Mapping[str, Words]:
        """By language."""
        return self._words


@cache  # to read them takes a fifth of a second
def _bundle(folder: Path, language: str) -> FluentBundle:
    # Without the marks that isolate arguments of another direction: Telegram shows them to some,
    # and they would stand in whatever is copied from a message.
    bundle = FluentBundle([language], use_isolating=False)
    for file in sorted(folder.glob("*.ftl")):
        resource = FluentResource(file.read_text(encoding="utf-8"))
        broken = [entry for entry in resource.body if isinstance(entry, ast.Junk)]
        if broken:
            raise ValueError(f"{file}: cannot be read: {broken[0].content!r}")
        bundle.add_resource(resource)
    return bundle
