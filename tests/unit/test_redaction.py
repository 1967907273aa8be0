"""What errors may show."""

import pytest

from infra.redaction import KEPT_CHARACTERS, one_line
from infra.settings import Settings

SETTINGS = Settings(
    _env_file=None,
    bot_token="42:secret-of-the-bot",
    database_url="postgresql://me:p%40ss-word@host/name",
    redis_url="redis://:hush-hush@host:6379/0",
    celery_result_backend="amqp//me:mis-spelt@host",
)


@pytest.mark.parametrize(
    "text",
    [
        "GET https://api.telegram.org/bot42:secret-of-the-bot/getMe failed",
        "the token is secret-of-the-bot",
        "cannot connect to postgresql://me:p%40ss-word@host/name",
        "password p@ss-word is wrong",
        "AUTH hush-hush",
        "amqp%2F%2Fme%3Amis-spelt%40host: Name or service not known",
        "redis://somebody:elses-password@other/1 is away",
        "bot 77:AnotherBotsToken123 is refused",
        "Authorization: Bearer ab_AnotherBots-key_0123456789",
    ],
)
def test_no_secret_gets_through(text: str) -> None:
    told = one_line(ValueError(text), SETTINGS)
    for secret in ("secret-of", "ss-word", "hush", "mis-spelt", "elses", "AnotherBots"):
        assert secret not in told
    assert "***" in told


def test_an_error_is_one_line_of_bounded_length_and_never_empty() -> None:
    assert one_line(ValueError("a\n  b\0"), SETTINGS) == "a b"
    assert one_line(TimeoutError(), SETTINGS) == "TimeoutError"
    assert len(one_line("x" * 10_000, SETTINGS)) == KEPT_CHARACTERS
