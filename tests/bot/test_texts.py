"""Every sentence of the bot: there in each language, complete, and not written into the code."""

import ast
import re
from collections.abc import Iterator, Mapping
from itertools import pairwise
from pathlib import Path

import pytest
from fluent.syntax import FluentParser
from fluent.syntax import ast as fluent
from fluent.syntax.visitor import Visitor

from apps.bot.commands import COMMANDS
from apps.bot.texts import LANGUAGES, LOCALES, Texts
from tests.architecture import tree

SOURCES = sorted((tree.ROOT / "apps" / "bot").rglob("*.py"))
WORD = re.compile(r"[A-Za-zА-Яа-я]{2,}")
SENTENCE = re.compile(r"[A-Za-zА-Яа-я]{2,}[,.!?]?\s+[A-Za-zА-Яа-я]{2,}")
TELEGRAM_LONGEST = 4096
COMMAND_LONGEST = 256

LOGGED = {("log", how) for how in ("debug", "info", "warning", "error", "exception")}
SAYS = {"answer", "reply", "edit_text", "edit_caption", "send_message"}


class Uses(Visitor):
    """What a message takes from outside: its arguments, and the words that it chooses by."""

    def __init__(self) -> None:
        self.arguments: set[str] = set()
        self.choices: dict[str, set[str]] = {}

    def visit_VariableReference(self, node: fluent.VariableReference) -> None:  # noqa: N802
        self.arguments.add(node.id.name)

    def visit_SelectExpression(self, node: fluent.SelectExpression) -> None:  # noqa: N802
        if isinstance(node.selector, fluent.VariableReference):
            names = {_name(each.key) for each in node.variants}
            self.choices.setdefault(node.selector.id.name, set()).update(names)
        self.generic_visit(node)


def _name(key: fluent.Identifier | fluent.NumberLiteral) -> str:
    return key.name if isinstance(key, fluent.Identifier) else key.value


def entries(language: str) -> Iterator[tuple[Path, fluent.EntryType]]:
    for file in sorted((LOCALES / language).glob("*.ftl")):
        for entry in FluentParser().parse(file.read_text(encoding="utf-8")).body:
            if not isinstance(entry, fluent.Comment | fluent.GroupComment):
                yield file, entry


def messages(language: str) -> dict[str, Uses]:
    found: dict[str, Uses] = {}
    for file, entry in entries(language):
        assert isinstance(entry, fluent.Message), f"{file}: {entry}"
        assert entry.id.name not in found, f"{file}: {entry.id.name} is there twice"
        uses = Uses()
        uses.visit(entry)
        found[entry.id.name] = uses
    return found


MESSAGES = {language: messages(language) for language in LANGUAGES}
NUMBERS = {"n", "count", "members", "people", "posts", "views", "subscribers", "more", "hours"}
"""Arguments that can be 1: limits are not among them."""

NOUN = re.compile(r" ([a-zа-яё]+)")
AGREE_ALWAYS = {
    ("n", "s"),
    ("n", "min"),
    ("n", "с"),
    ("n", "мин"),
    ("n", "h"),
    ("n", "ч"),
    ("n", "of"),
    ("posts", "of"),
    ("posts", "из"),
    ("n", "more"),
    ("count", "scheduled"),
    ("more", "more"),
}
"""What is the same behind every number."""

Taken = dict[str, str]
PLURALS = {"zero", "one", "two", "few", "many", "other"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_language_has_every_text_with_the_same_arguments_and_words(language: str) -> None:
    ours, english = MESSAGES[language], MESSAGES["en"]
    assert ours.keys() == english.keys()
    for key, uses in ours.items():
        assert uses.arguments == english[key].arguments, key
        for argument, words in uses.choices.items():
            told = english[key].choices.get(argument, set())
            assert words - PLURALS == told - PLURALS, (key, argument)


@pytest.mark.parametrize("language", [each for each in LANGUAGES if each != "en"])
def test_each_branch_chooses_by_what_it_chooses_by_in_english(language: str) -> None:
    english = patterns("en")
    for key, ours in patterns(language).items():
        for taken in (*branches(ours), *branches(english[key])):
            assert chosen_in(ours, taken) == chosen_in(english[key], taken), (key, taken)


def test_a_choice_that_one_branch_lacks_is_found() -> None:
    choice = "{ $n ->\n        [1] one\n       *[other] many\n    }"
    full = f"x = {{ $k ->\n    [a] {choice}\n   *[b] no\n}}\n"
    poor = f"x = {{ $k ->\n    [a] {{ $n }} of them\n   *[b] {choice}\n}}\n"
    [one], [other] = (FluentParser().parse(text).body for text in (full, poor))
    assert isinstance(one, fluent.Message)
    assert isinstance(other, fluent.Message)
    assert one.value is not None
    assert other.value is not None
    taken = {"k": "a"}
    assert chosen_in(one.value, taken) != chosen_in(other.value, taken)
    assert list(counted_without_choice(other.value)) == [("n", "of")]


@pytest.mark.parametrize("language", ["en", "ru"])
def test_a_noun_behind_a_number_agrees_with_it(language: str) -> None:
    """Uzbek nouns do not change there."""
    for key, pattern in patterns(language).items():
        found = [each for each in counted_without_choice(pattern) if each not in AGREE_ALWAYS]
        assert found == [], key


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_file_holds_in_each_language_what_it_holds_in_english(language: str) -> None:
    def by_file(name: str) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for file, entry in entries(name):
            assert isinstance(entry, fluent.Message)
            found.setdefault(file.name, []).append(entry.id.name)
        return found

    assert by_file(language) == by_file("en")


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_text_is_formatted_whatever_it_chooses_by(language: str) -> None:
    words = Texts().of(language)
    for key, uses in MESSAGES[language].items():
        for arguments in _examples(uses):
            text = words.format(key, **arguments)
            assert 0 < len(text) < TELEGRAM_LONGEST, key
            assert not re.search(r"[{}\u2068\u2069]", text), (key, text)


def patterns(language: str) -> dict[str, fluent.Pattern]:
    return {
        entry.id.name: entry.value
        for _, entry in entries(language)
        if isinstance(entry, fluent.Message) and entry.value is not None
    }


def branches(pattern: fluent.Pattern, taken: Taken | None = None) -> Iterator[Taken]:
    """Each way into a text: by argument the word, not the kind of number, that leads there."""
    yield taken or {}
    for argument, variants in _selects(pattern):
        for name, value in variants.items():
            more = {} if name in PLURALS else {argument: name}
            yield from branches(value, {**(taken or {}), **more})


def chosen_in(pattern: fluent.Pattern, taken: Taken) -> dict[str, set[str]]:
    """By argument the words that are still chosen by, once these are."""
    found: dict[str, set[str]] = {}
    for argument, variants in _selects(pattern):
        word = taken.get(argument)
        if word is None and variants.keys() - PLURALS:
            found.setdefault(argument, set()).update(variants.keys() - PLURALS)
        # A variant for every other word stands last in our files.
        last = [*variants][-1]
        names = variants if word is None else [word if word in variants else last]
        for name in names:
            for other, words in chosen_in(variants[name], taken).items():
                found.setdefault(other, set()).update(words)
    return found


def counted_without_choice(
    pattern: fluent.Pattern, known: frozenset[str] = frozenset()
) -> Iterator[tuple[str, str]]:
    """Numbers with the word behind them where nothing is chosen by the number."""
    for argument, variants in _selects(pattern):
        for value in variants.values():
            yield from counted_without_choice(value, known | {argument})
    for before, after in pairwise(pattern.elements):
        match before, after:
            case (
                fluent.Placeable(
                    expression=fluent.VariableReference(id=fluent.Identifier(name=name))
                ),
                fluent.TextElement(value=text),
            ) if name in NUMBERS - known and (word := NOUN.match(text)):
                yield name, word[1]


def _selects(pattern: fluent.Pattern) -> Iterator[tuple[str, dict[str, fluent.Pattern]]]:
    for element in pattern.elements:
        expression = element.expression if isinstance(element, fluent.Placeable) else None
        if isinstance(expression, fluent.SelectExpression):
            assert isinstance(expression.selector, fluent.VariableReference)
            variants = {_name(each.key): each.value for each in expression.variants}
            yield expression.selector.id.name, variants


def _examples(uses: Uses) -> Iterator[dict[str, str | int]]:
    """Each of the words that it chooses by, and each kind of number."""
    plain: dict[str, str | int] = dict.fromkeys(uses.arguments, "<b>&")
    counted = {
        name: [1, 2, 5, 1234567] if words & PLURALS else sorted(words)
        for name, words in uses.choices.items()
    }
    yield plain | {name: values[0] for name, values in counted.items()}
    for name, values in counted.items():
        rest = {other: among[0] for other, among in counted.items()}
        yield from (plain | rest | {name: value} for value in values)


@pytest.mark.parametrize("source", SOURCES, ids=tree.name_of)
def test_the_code_asks_for_texts_that_are_there_with_what_they_need(source: Path) -> None:
    for call in _calls(source):
        for key in _keys(call.args[0]):
            assert key in MESSAGES["en"], f"{source.name}:{call.lineno}: no text {key}"
            given = {each.arg for each in call.keywords}
            needed = MESSAGES["en"][key].arguments
            if None not in given:  # else they stand in a mapping
                assert given == needed, f"{source.name}:{call.lineno}: {key} takes {needed}"


def test_every_text_is_used() -> None:
    said = {word for source in SOURCES for word in _words(source)}
    assert MESSAGES["en"].keys() - said == set()


@pytest.mark.parametrize("source", SOURCES, ids=tree.name_of)
def test_no_text_is_written_into_the_code(source: Path) -> None:
    found = [f"{source.name}:{line}: {text!r}" for line, text in sentences(source.read_text())]
    assert found == []


CODE = '''
def f(message, log):
    """What it does."""
    message.answer("Hello you")
    message.answer(f"Dear {message}, welcome")
    message.answer(reply_markup=None, text="Hello")
    log.info("all is well")
    if "not modified" in message:
        raise ValueError("a bad thing")
'''


def test_a_text_in_the_code_would_be_found() -> None:
    assert [line for line, _ in sentences(CODE)] == [4, 5, 6]


@pytest.mark.parametrize("language", LANGUAGES)
def test_commands_are_described_as_telegram_takes_them(language: str) -> None:
    words = Texts().of(language)
    for command in COMMANDS:
        assert re.fullmatch(r"[a-z0-9_]{1,32}", command.name)
        assert 1 <= len(words.format(command.text)) <= COMMAND_LONGEST


@pytest.mark.parametrize(
    ("wanted", "spoken"),
    [
        (("ru",), "ru"),
        (("ru-RU",), "ru"),
        (("uz_Latn_UZ",), "uz"),
        (("UZ",), "uz"),
        (("de",), "en"),
        (("",), "en"),
        ((), "en"),
        (("", "ru"), "ru"),
        (("uz", "ru"), "uz"),
    ],
)
def test_the_first_language_that_the_bot_speaks_is_taken(
    wanted: tuple[str, ...], spoken: str
) -> None:
    assert Texts().of(*wanted).language == spoken


def test_what_is_missing_is_no_text(tmp_path: Path) -> None:
    words = Texts().of("en")
    for key in ("nothing", "people-removed"):
        with pytest.raises(LookupError, match=key):
            words.format(key)
    for language in LANGUAGES:
        (tmp_path / language).mkdir()
    (tmp_path / "ru" / "broken.ftl").write_text("= nothing\n")
    with pytest.raises(ValueError, match=r"broken\.ftl"):
        Texts(tmp_path)


def sentences(code: str) -> list[tuple[int, str]]:
    """Texts of two words and more that are neither logged, raised nor compared, nor docs; and
    whatever text is said as it stands.
    """
    nodes = list(ast.walk(ast.parse(code)))
    passed_over = {id(node) for part in nodes for node in _unspoken(part)}
    said = {id(node) for part in nodes for node in _said(part)}
    return [
        (node.lineno, text)
        for node in nodes
        if isinstance(node, ast.expr) and id(node) not in passed_over
        if (text := _text(node)) and (SENTENCE.search(text) or id(node) in said)
    ]


def _text(node: ast.expr) -> str:
    """Of what is filled in later a word stands in its place."""
    if isinstance(node, ast.JoinedStr):
        own = [_text(part) for part in node.values]
        return "".join(part or "word" for part in own) if WORD.search("".join(own)) else ""
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def _said(node: ast.AST) -> Iterator[ast.AST]:
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        named = [each.value for each in node.keywords if each.arg in ("text", "caption")]
        yield from [*node.args[-1:], *named] if node.func.attr in SAYS else named


def _unspoken(node: ast.AST) -> Iterator[ast.AST]:
    """What is below a node that nobody but a developer reads."""
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        yield node.value
    elif isinstance(node, ast.Raise | ast.Assert | ast.Compare) or _is_logged(node):
        yield from ast.walk(node)


def _is_logged(node: ast.AST) -> bool:
    if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
        return False
    owner, name = node.func.value, node.func.attr
    return isinstance(owner, ast.Name) and (owner.id, name) in {("sys", "exit"), *LOGGED}


def _calls(source: Path) -> Iterator[ast.Call]:
    """words.format(…), by whatever name the words go."""
    for node in ast.walk(ast.parse(source.read_text())):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args:
            owner = node.func.value
            name = owner.id if isinstance(owner, ast.Name) else getattr(owner, "attr", "")
            if node.func.attr == "format" and name.strip("_") in ("words", "spoken"):
                yield node


def _keys(node: ast.expr) -> Iterator[str]:
    """Of a key that is chosen by a condition, both; of one in a variable, none."""
    if isinstance(node, ast.Constant):
        yield str(node.value)
    elif isinstance(node, ast.IfExp):
        yield from _keys(node.body)
        yield from _keys(node.orelse)


def _words(source: Path) -> Mapping[str, None]:
    constants = (node for node in ast.walk(ast.parse(source.read_text())))
    return {
        node.value: None
        for node in constants
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
