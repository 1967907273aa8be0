"""How a part fares, told in each language by the codes of its phrases."""

import re
import string

import pytest

from apps.bot.alert_words import alerts_told
from apps.bot.handlers.health import told
from apps.bot.health_words import phrases_told
from apps.bot.texts import LANGUAGES, Texts
from core import diagnosis_servers as servers
from core import diagnosis_work as work
from core.alert import Alert, AlertKind
from core.diagnosis_servers import BrokerFacts, DatabaseFacts
from core.health import Health, HealthState, Part
from core.health_phrases import PHRASES, Phrase, phrase
from tests.unit.test_diagnosis import NOON

CODES = sorted(PHRASES)
PASSED_ON = {"trouble", "do"}
"""What others have said, in whatever language."""


def example(code: str) -> Phrase:
    names = [name for _, name, _, _ in string.Formatter().parse(PHRASES[code]) if name]
    return phrase(code, **{name: f"<{name}>" for name in names})


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_phrase_has_its_text_with_all_that_is_told_in_it(language: str) -> None:
    words = Texts().of(language)
    for each in map(example, CODES):
        text = phrases_told([each.facts()], "", words)
        assert sorted(re.findall("<.+?>", text)) == sorted(re.findall("<.+?>", str(each))), each
        own = language != "en" and each.code not in PASSED_ON
        assert (text != str(each)) == own, (each, text)


@pytest.mark.parametrize(
    ("language", "reason", "remedy"),
    [
        ("en", "! Broker: answers in 2 ms; maxmemory-policy is allkeys-lru", "→ set maxmemory"),
        ("ru", "! Брокер: отвечает за 2 мс; maxmemory-policy — allkeys-lru", "→ поставьте"),
        ("uz", "! Broker: 2 ms da javob beradi; maxmemory-policy — allkeys-lru", "→ maxmemory"),
    ],
)
def test_a_check_is_told_in_the_language(language: str, reason: str, remedy: str) -> None:
    broker = servers.broker("broker", BrokerFacts(2.0, persists=True, eviction="allkeys-lru"))
    parts = (broker, Part("else", HealthState.HEALTHY, "fine"), work.workers({}, ["messages"]))
    text = told(Health(parts, NOON, 5).facts(), Texts().of(language))
    assert reason in text
    assert remedy in text
    assert "✓ else: fine" in text
    assert language == "en" or "no worker" not in text


def test_what_a_newer_check_says_is_told_in_its_english() -> None:
    phrases = [example("no_worker").facts(), {"code": "not_yet_known", "args": {}}]
    assert phrases_told(phrases, "no worker; more", Texts().of("ru")) == "no worker; more"
    assert phrases_told([], "so it is", Texts().of("ru")) == "so it is"


def test_what_was_found_is_shown_without_secrets_in_each_way_of_telling() -> None:
    part = servers.database(DatabaseFacts(1.0, read_only="secret is a replica"))
    shown = part.shown(lambda text: text.replace("secret", "***"))
    assert "secret" not in str(shown.reason) + str([each.facts() for each in shown.why])
    assert shown.todo == part.todo


@pytest.mark.parametrize(
    ("phrases", "line"),
    [
        ({"why": "no_worker", "todo": "do_start_worker"}, "ни один исполнитель не отвечает"),
        ({}, "no worker answers"),  # of an alert that was raised before there were codes
    ],
)
def test_an_alert_of_a_part_is_told_in_the_language(phrases: dict[str, str], line: str) -> None:
    facts = {"part": "workers", "reason": "no worker answers", "remedy": "start a worker"}
    coded = {name: [phrase(code).facts()] for name, code in phrases.items()}
    alert = Alert(1, AlertKind.HEALTH, "workers", {**facts, **coded}, NOON)
    text = alerts_told([alert], {}, Texts().of("ru"))
    assert f"Исполнители (workers): {line}" in text
    assert ("→ запустите исполнителя" in text) == bool(phrases)
