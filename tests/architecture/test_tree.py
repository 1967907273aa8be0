"""What no file of this repository may be called or contain."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.architecture import tree

# Packages whose __init__.py says something, because others import the package by its name.
FACES = {"infra/celery/__init__.py"}

SAYS_NOTHING = re.compile(
    r"^(utils?|helpers?|common|misc|stuff)$"
    r"|(?<!markdown)_v\d"  # MarkdownV2 is Telegram's own name
    r"|_(new|old|copy|backup|final)$"
    r"|enhanced"
)
EMOJI = re.compile(
    "[\U0001f000-\U0001faff\u2600-\u26ff\u2705\u2728\u274c\u274e\u2753-\u2757\u2795-\u2797"
    "\u2b50\u2b55\ufe0f]"
)
# With a letter in brackets, so that this file does not hold what it looks for.
UNFINISHED = re.compile(r"\b(TOD[O]|FIXM[E]|XX[X])\b")
REGISTRY = re.compile(r"pyp[i]\.org|python[h]osted")


@pytest.mark.parametrize("files", [tree.files, tree.walked])
def test_the_tree_is_found_with_git_and_without(files: Callable[[], list[Path]]) -> None:
    found = {tree.name_of(file) for file in files()}
    assert {"pyproject.toml", "core/errors.py", "tests/architecture/test_tree.py"} <= found
    assert not any(".venv" in name for name in found)


def test_no_file_has_a_name_that_says_nothing() -> None:
    assert _names_of(lambda file: SAYS_NOTHING.search(file.stem)) == []


def test_no_package_says_anything_in_its_init_unless_it_is_a_face() -> None:
    speaking = _names_of(lambda file: file.name == "__init__.py" and file.stat().st_size)
    assert set(speaking) <= FACES


def test_no_file_holds_an_emoji() -> None:
    assert _names_of(lambda file: EMOJI.search(tree.text_of(file))) == []


def test_no_file_names_a_package_registry() -> None:
    assert _names_of(lambda file: REGISTRY.search(tree.text_of(file))) == []


def test_no_file_says_that_it_is_unfinished() -> None:
    assert _names_of(lambda file: UNFINISHED.search(tree.text_of(file))) == []


@pytest.mark.parametrize(
    ("pattern", "at_fault"),
    [
        (SAYS_NOTHING, "utils helpers message_v2 sender_new enhanced_retry"),
        (EMOJI, "\N{ROCKET} \N{WHITE HEAVY CHECK MARK} \N{WARNING SIGN} \N{SPARKLES}"),
        (REGISTRY, "https://pyp" + "i.org/simple https://files.python" + "hosted.org"),
        (UNFINISHED, "TOD" + "O: FIXM" + "E"),
    ],
)
def test_what_is_looked_for_would_be_found(pattern: re.Pattern[str], at_fault: str) -> None:
    assert all(pattern.search(word) for word in at_fault.split())


@pytest.mark.parametrize("name", ["entities_markdown_v2", "copy_message", "newest", "renew"])
def test_a_name_that_says_something_is_let_through(name: str) -> None:
    assert not SAYS_NOTHING.search(name)


def _names_of(is_at_fault: Callable[[Path], object]) -> list[str]:
    return [tree.name_of(file) for file in tree.files() if is_at_fault(file)]
