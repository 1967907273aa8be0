"""Settings come from the environment, .env and a running stack, in this order."""

import os
from pathlib import Path
from typing import Any

import pytest

from core.errors import ConfigurationError
from core.message import OnUncertain
from infra.settings import STACK_FILE, LogFormat, Settings, load_settings
from tests.servers.account import acting_unprivileged

TOKEN = "42:AA-own_token"
SANDBOX = "BOT_TOKEN=1:sandbox\nTELEGRAM_API_URL=http://127.0.0.1:8081\n"
STACK = SANDBOX + "REDIS_URL=redis://127.0.0.1:6390/0\n"

GOOD: dict[str, tuple[str, Any]] = {
    "TELEGRAM_API_URL": ("http://localhost:8081", "http://localhost:8081"),
    "DATA_DIR": ("/srv/bot", Path("/srv/bot")),
    "ON_UNCERTAIN": ("park", OnUncertain.PARK),
    "TELEGRAM_RATE": ("0.5", 0.5),
    "TELEGRAM_PAID_RATE": ("0", 0.0),
    "TELEGRAM_CHAT_RATE": ("0", 0.0),
    "TELEGRAM_GROUP_RATE": ("40", 40.0),
    "BROADCAST_ERRORS_IN_A_ROW": ("0", 0),
    "SEND_RETRY_DELAY": ("0.1", 0.1),
    "CELERY_TASK_DEFAULT_RETRY_DELAY": ("7", 7.0),
    "CELERY_TASK_DEFAULT_MAX_RETRIES": ("0", 0),
    "CELERY_TASK_TIME_LIMIT": ("700", 700),
    "CELERY_TASK_SOFT_TIME_LIMIT": ("50", 50),
    "CELERY_WORKER_MAX_TASKS_PER_CHILD": ("5", 5),
    "CELERY_WORKER_MAX_MEMORY_PER_CHILD": ("1000", 1000),
    "TELEGRAM_PREVIEW_URL": ("http://localhost:8081", "http://localhost:8081"),
    "PREVIEW_RATE": ("0.5", 0.5),
    "BEAT_SEND_SCHEDULED_MESSAGES": ("5", 5.0),
    "BEAT_UPDATE_POST_VIEWS": ("5", 5.0),
    "BEAT_HEALTH_CHECK": ("5", 5.0),
    "BEAT_UPDATE_PROMETHEUS_METRICS": ("5", 5.0),
    "BEAT_CLEANUP_METRICS": ("5", 5.0),
    "BEAT_MAINTENANCE_CLEANUP": ("5", 5.0),
    "BEAT_CLEANUP_OLD_DATA": ("5", 5.0),
    "KEEP_DAYS": ("90", 90),
    "METRICS_HOST": ("0.0.0.0", "0.0.0.0"),
    "METRICS_PORT": ("9808", 9808),
    "PROMETHEUS_MULTIPROC_DIR": ("/srv/figures", Path("/srv/figures")),
    "WORKER_CONCURRENCY": ("1", 1),
    "VALKEY_PORT": ("0", 0),
    "SANDBOX_PORT": ("65535", 65535),
    "BOT_ENABLED": ("false", False),
    "BOT_WEBHOOK_URL": ("https://example.org/bot", "https://example.org/bot"),
    "BOT_WEBHOOK_HOST": ("0.0.0.0", "0.0.0.0"),
    "BOT_WEBHOOK_PORT": ("9000", 9000),
    "API_ENABLED": ("false", False),
    "API_HOST": ("0.0.0.0", "0.0.0.0"),
    "API_PORT": ("80", 80),
    "API_URL": ("https://posts.example.org", "https://posts.example.org"),
    "API_TRUSTED_PROXIES": ("10.0.0.0/8,::1", "10.0.0.0/8,::1"),
    "LOG_LEVEL": ("DEBUG", "DEBUG"),
    "LOG_FORMAT": ("json", LogFormat.JSON),
}
SECRET = {
    "BOT_TOKEN": TOKEN,
    "DATABASE_URL": "postgresql://u:hidden@h/d",
    "REDIS_URL": "redis://:hidden@h/1",
    "CELERY_BROKER_URL": "amqp://u:hidden@h//",
    "CELERY_RESULT_BACKEND": "redis://:hidden@h/2",
    "BOT_WEBHOOK_SECRET": "hidden_secret",
}
BAD = {
    "BOT_TOKEN": ["nonsense", "42", "42:", ":abc", "42:a b", "42:abc\n43:abc", "-1:abc"],
    "TELEGRAM_API_URL": ["api.telegram.org", "ftp://host", "http://", "http://me:secret@host"],
    "REDIS_URL": ["nonsense", "http://host", "redis://", "redis://:hidden@host:port/0"],
    "CELERY_BROKER_URL": ["nonsense", "foo://u:hidden@h", "amqp//u:hidden@h"],
    "ON_UNCERTAIN": ["never"],
    "TELEGRAM_RATE": ["fast", "-1", "nan", "inf"],
    "TELEGRAM_PAID_RATE": ["-1", "inf"],
    "TELEGRAM_CHAT_RATE": ["-0.1", "inf"],
    "TELEGRAM_GROUP_RATE": ["-1", "nan"],
    "BROADCAST_ERRORS_IN_A_ROW": ["-1", "2.5", "100000"],
    "SEND_RETRY_DELAY": ["-1", "inf"],
    "CELERY_TASK_DEFAULT_RETRY_DELAY": ["soon", "-1"],
    "CELERY_TASK_DEFAULT_MAX_RETRIES": ["1.5", "-1"],
    "CELERY_TASK_TIME_LIMIT": ["0", "ten"],
    "CELERY_TASK_SOFT_TIME_LIMIT": ["0", "600"],
    "CELERY_WORKER_MAX_TASKS_PER_CHILD": ["0"],
    "CELERY_WORKER_MAX_MEMORY_PER_CHILD": ["400M"],
    "TELEGRAM_PREVIEW_URL": ["t.me"],
    "PREVIEW_RATE": ["-1", "inf"],
    "BEAT_SEND_SCHEDULED_MESSAGES": ["0", "inf"],
    "BEAT_UPDATE_POST_VIEWS": ["0", "inf"],
    "BEAT_HEALTH_CHECK": ["0", "inf"],
    "BEAT_UPDATE_PROMETHEUS_METRICS": ["0", "inf"],
    "BEAT_CLEANUP_METRICS": ["0", "inf"],
    "BEAT_MAINTENANCE_CLEANUP": ["0", "inf"],
    "BEAT_CLEANUP_OLD_DATA": ["0", "inf"],
    "KEEP_DAYS": ["0", "many"],
    "METRICS_PORT": ["65536", "-1"],
    "WORKER_CONCURRENCY": ["0", "many"],
    "VALKEY_PORT": ["65536", "-1"],
    "SANDBOX_PORT": ["http"],
    "BOT_ENABLED": ["perhaps"],
    "BOT_WEBHOOK_URL": ["example.org", "ftp://host"],
    "BOT_WEBHOOK_SECRET": ["hidden secret", "h" * 257],
    "BOT_WEBHOOK_PORT": ["65536"],
    "API_PORT": ["65536"],
    "API_URL": ["posts.example.org", "https://u:p@example.org"],
    "API_ENABLED": ["perhaps"],
    "LOG_LEVEL": ["debug", "LOUD"],
    "LOG_FORMAT": ["JSON", "xml"],
}


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to work in, and none of our own variables."""
    monkeypatch.chdir(tmp_path)
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    return tmp_path


@pytest.fixture
def running_stack(here: Path) -> Path:
    (here / "var").mkdir()
    (here / "var" / STACK_FILE).write_text(STACK)
    return here


@pytest.mark.parametrize("name", sorted(GOOD))
def test_a_variable_is_read_from_the_environment(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    text, value = GOOD[name]
    monkeypatch.setenv(name, text)
    assert getattr(load_settings(), name.lower()) == value


@pytest.mark.parametrize("name", sorted(SECRET))
def test_a_secret_is_read_and_never_shown(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, SECRET[name])
    settings = load_settings()
    assert getattr(settings, name.lower()).get_secret_value() == SECRET[name]
    for shown in (repr(settings), str(settings), settings.model_dump_json()):
        assert "hidden" not in shown
        assert TOKEN not in shown


def test_the_tables_above_know_every_setting() -> None:
    known = {name.lower() for name in (*GOOD, *SECRET)}
    assert known == set(Settings.model_fields)


@pytest.mark.parametrize(("name", "text"), [(name, text) for name in BAD for text in BAD[name]])
def test_a_bad_value_is_told_in_one_line_that_names_the_variable(
    name: str, text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, text)
    with pytest.raises(ConfigurationError) as caught:
        load_settings()
    assert str(caught.value).startswith(f"{name}: ")
    assert "\n" not in str(caught.value)
    assert "hidden" not in str(caught.value)


def test_every_bad_variable_is_named_and_no_secret_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BOT_TOKEN", "my secret")
    monkeypatch.setenv("WORKER_CONCURRENCY", "0")
    with pytest.raises(ConfigurationError, match=r"BOT_TOKEN: .*; WORKER_CONCURRENCY: ") as caught:
        load_settings()
    assert "my secret" not in str(caught.value)
    assert caught.value.__suppress_context__


@pytest.mark.parametrize("line", ["BOT_TOKEN 42:abc", "BOT_TOKEN", "=5", "A='b"])
def test_a_broken_line_of_the_file_is_named_by_its_number(here: Path, line: str) -> None:
    (here / ".env").write_text(f"# mine\n\nLOG_LEVEL=DEBUG\n{line}\n")
    with pytest.raises(ConfigurationError, match=r"^\.env: line 4 ") as caught:
        load_settings()
    assert "42:abc" not in str(caught.value)


def test_a_file_in_another_encoding_is_told_in_words(here: Path) -> None:
    (here / ".env").write_bytes(b"LOG_LEVEL=\xe9\n")
    with pytest.raises(ConfigurationError, match="UTF-8"):
        load_settings()


@pytest.mark.parametrize("name", [".env", f"var/{STACK_FILE}"])
def test_a_file_that_this_user_may_not_read_is_told_in_words(here: Path, name: str) -> None:
    (here / "var").mkdir(exist_ok=True)
    (here / name).write_text("LOG_LEVEL=DEBUG\n")
    here.chmod(0o755)
    (here / name).chmod(0)
    with (
        acting_unprivileged(),
        pytest.raises(ConfigurationError, match=f"^{name}: cannot be read: Perm"),
    ):
        load_settings()


def test_the_file_may_hold_what_a_shell_would_take(here: Path) -> None:
    text = "# mine\nexport LOG_LEVEL='DEBUG' # loud\n\nON_UNCERTAIN=\"park\"\nOTHER=1\n"
    (here / ".env").write_text(text)
    settings = load_settings()
    assert (settings.log_level, settings.on_uncertain) == ("DEBUG", OnUncertain.PARK)


def test_an_empty_value_is_none(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (here / ".env").write_text("BOT_TOKEN=\nTELEGRAM_RATE=\nDATABASE_URL=\n")
    monkeypatch.setenv("WORKER_CONCURRENCY", "")
    settings = load_settings()
    assert settings.bot_token is None
    assert (settings.telegram_rate, settings.worker_concurrency) == (30, 4)
    assert settings.ledger_url == f"sqlite:///{here}/var/ledger.db"


def test_the_environment_wins_over_the_file_and_the_file_over_the_stack(
    running_stack: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert load_settings().governor_url == "redis://127.0.0.1:6390/0"
    (running_stack / ".env").write_text("REDIS_URL=redis://file\n")
    assert load_settings().governor_url == "redis://file"
    monkeypatch.setenv("REDIS_URL", "redis://environment")
    assert load_settings().governor_url == "redis://environment"
    assert load_settings(redis_url="redis://argument").governor_url == "redis://argument"


@pytest.fixture
def secrets(tmp_path: Path) -> Path:
    """As Docker brings them: a folder with a file for each."""
    folder = tmp_path / "secrets"
    folder.mkdir()
    return folder


@pytest.mark.parametrize("name", sorted(SECRET))
def test_a_secret_may_come_in_a_file(name: str, secrets: Path) -> None:
    (secrets / name.lower()).write_text(f"{SECRET[name]}\n")
    settings = load_settings(secrets=secrets)
    assert getattr(settings, name.lower()).get_secret_value() == SECRET[name]


def test_the_environment_wins_over_a_secret_and_so_does_the_file(
    here: Path, secrets: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("database_url", "redis_url"):
        (secrets / name).write_text("redis://secret")
    (here / ".env").write_text("DATABASE_URL=sqlite:///file.db\n")
    monkeypatch.setenv("REDIS_URL", "redis://environment")
    settings = load_settings(secrets=secrets)
    assert (settings.ledger_url, settings.governor_url) == (
        "sqlite:///file.db",
        "redis://environment",
    )


def test_a_token_in_a_secret_is_ones_own(running_stack: Path, secrets: Path) -> None:
    (secrets / "bot_token").write_text(TOKEN)
    settings = load_settings(secrets=secrets)
    assert (settings.token, settings.telegram_api_url) == (TOKEN, "https://api.telegram.org")


@pytest.mark.parametrize("name", sorted(SECRET.keys() & BAD))
def test_a_bad_secret_is_named_and_not_shown(name: str, secrets: Path) -> None:
    (secrets / name.lower()).write_text(f"my secret {TOKEN}")
    with pytest.raises(ConfigurationError, match=f"^{name}: ") as caught:
        load_settings(secrets=secrets)
    assert TOKEN not in str(caught.value)


def test_an_empty_secret_is_none_and_others_secrets_are_let_be(secrets: Path) -> None:
    for name in ("bot_token", "database_url", "redis_url", "grafana_password"):
        (secrets / name).write_text("\n")
    (secrets / "certificates").mkdir()
    assert load_settings(secrets=secrets) == Settings(_env_file=None)


def test_a_secret_that_cannot_be_read_is_named_with_who_may_not(secrets: Path) -> None:
    (secrets / "bot_token").mkdir()
    with pytest.raises(ConfigurationError, match=rf"^BOT_TOKEN: .* directory; .* {os.getuid()} "):
        load_settings(secrets=secrets)
    (secrets / "bot_token").rmdir()
    (secrets / "database_url").write_bytes(b"\xff\xfe")
    with pytest.raises(ConfigurationError, match=r"^DATABASE_URL: .* not UTF-8"):
        load_settings(secrets=secrets)


def test_another_shell_finds_the_running_stack(running_stack: Path) -> None:
    settings = load_settings()
    assert (settings.token, settings.telegram_api_url) == ("1:sandbox", "http://127.0.0.1:8081")
    assert settings.broker_url == settings.result_backend == "redis://127.0.0.1:6390/0"


def test_who_is_to_start_a_stack_does_not_read_what_another_has_left(running_stack: Path) -> None:
    assert load_settings(stack=False) == Settings(_env_file=None)


def test_the_stacks_file_is_looked_for_in_the_data_folder(here: Path) -> None:
    (here / ".env").write_text("DATA_DIR=elsewhere\n")
    (here / "elsewhere").mkdir()
    (here / "elsewhere" / STACK_FILE).write_text(STACK)
    assert load_settings().token == "1:sandbox"


@pytest.mark.parametrize("where", ["environment", "file"])
def test_a_token_of_ones_own_never_meets_the_sandboxs_url(
    running_stack: Path, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    if where == "file":
        (running_stack / ".env").write_text(f"BOT_TOKEN={TOKEN}\n")
    else:
        monkeypatch.setenv("BOT_TOKEN", TOKEN)
    settings = load_settings()
    assert (settings.token, settings.telegram_api_url) == (TOKEN, "https://api.telegram.org")
    assert settings.governor_url == "redis://127.0.0.1:6390/0"


def test_an_empty_token_is_none_of_ones_own(
    running_stack: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (running_stack / ".env").write_text("BOT_TOKEN=\n")
    monkeypatch.setenv("BOT_TOKEN", "")
    assert load_settings().token == "1:sandbox"


def test_without_a_token_it_says_where_to_get_one() -> None:
    with pytest.raises(ConfigurationError, match=r"^BOT_TOKEN: not set; .*BotFather"):
        _ = load_settings().token


def test_the_bots_id_stands_in_its_token() -> None:
    assert load_settings(bot_token=TOKEN).bot_id == 42


def test_tokens_are_told_apart_without_being_given_away() -> None:
    one, other = (load_settings(bot_token=f"42:{each}").token_fingerprint for each in "ab")
    assert one != other
    assert len(one) == 64
    assert "42:" not in one


def test_broker_and_results_are_redis_unless_told_otherwise() -> None:
    settings = load_settings(celery_broker_url="amqp://h//")
    assert (settings.broker_url, settings.result_backend) == (
        "amqp://h//",
        "redis://127.0.0.1:6379/0",
    )
