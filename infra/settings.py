"""The one place where the environment is read.

Order, the first wins: the environment; `.env` in the working directory; `stack.env` in
DATA_DIR, which `analyticbot up` writes while it runs, so that other shells find its ports;
files in /run/secrets, one a setting, by its name in lower case, as Docker brings secrets.
"""

import hashlib
import os
import re
from enum import StrEnum
from io import StringIO
from pathlib import Path
from typing import Annotated, Any, Self
from urllib.parse import urlsplit

from dotenv.parser import parse_stream
from pydantic import AfterValidator, Field, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from core.broadcast import ERRORS_IN_A_ROW, MOST_ERRORS_IN_A_ROW
from core.errors import ConfigurationError
from core.message import OnUncertain
from core.telegram_limits import (
    BOT_MESSAGES_PER_SECOND,
    CHAT_MESSAGES_PER_SECOND,
    GROUP_MESSAGES_PER_MINUTE,
    PAID_BROADCAST_MESSAGES_PER_SECOND,
)

REDIS_SCHEMES = ("redis", "rediss", "unix")
RABBITMQ_SCHEMES = ("amqp", "amqps", "pyamqp")
BROKER_SCHEMES = (*REDIS_SCHEMES, "redis+socket", "sentinel", *RABBITMQ_SCHEMES)
STACK_FILE = "stack.env"
SECRETS = Path("/run/secrets")


class LogFormat(StrEnum):
    """How a line of a log looks."""

    TEXT = "text"
    JSON = "json"


def _is_token(value: SecretStr) -> SecretStr:
    if not re.fullmatch(r"\d+:[A-Za-z0-9_-]+", value.get_secret_value()):
        raise ValueError("is not a bot token; @BotFather gives one such as 123456:ABC-DEF")
    return value


def _is_broker(value: SecretStr) -> SecretStr:
    scheme = value.get_secret_value().partition("://")[0]
    if scheme not in BROKER_SCHEMES:
        raise ValueError("is not redis://host:6379/0 or amqp://user:password@host//")
    return value


def _is_redis(value: SecretStr) -> SecretStr:
    try:
        url = urlsplit(value.get_secret_value())
        good = url.scheme in REDIS_SCHEMES and (url.scheme == "unix" or bool(url.hostname))
        good = good and (url.port or 0) >= 0  # reading it raises ValueError for what is no port
    except ValueError:
        good = False
    if not good:
        raise ValueError("is not redis://[:password@]host:port/number")
    return value


def _is_header(value: SecretStr) -> SecretStr:
    if not re.fullmatch(r"[A-Za-z0-9_-]{1,256}", value.get_secret_value()):
        raise ValueError("is not 1 to 256 letters, digits, _ and -, which is what Telegram takes")
    return value


class Settings(BaseSettings):
    """Every setting, by the name of its variable in upper case. `.env.example` explains each."""

    model_config = SettingsConfigDict(
        extra="ignore", hide_input_in_errors=True, frozen=True, env_ignore_empty=True
    )

    bot_token: Annotated[SecretStr, AfterValidator(_is_token)] | None = None
    telegram_api_url: str = Field("https://api.telegram.org", pattern=r"^https?://[^/@]+(/|$)")
    telegram_preview_url: str = Field("https://t.me", pattern=r"^https?://[^/]")
    database_url: SecretStr | None = None
    redis_url: Annotated[SecretStr, AfterValidator(_is_redis)] = SecretStr(
        "redis://127.0.0.1:6379/0"
    )
    celery_broker_url: Annotated[SecretStr, AfterValidator(_is_broker)] | None = None
    celery_result_backend: SecretStr | None = None
    data_dir: Path = Path("var")
    on_uncertain: OnUncertain = OnUncertain.RESEND
    telegram_rate: float = Field(BOT_MESSAGES_PER_SECOND, ge=0, allow_inf_nan=False)
    telegram_paid_rate: float = Field(PAID_BROADCAST_MESSAGES_PER_SECOND, ge=0, allow_inf_nan=False)
    telegram_chat_rate: float = Field(CHAT_MESSAGES_PER_SECOND, ge=0, allow_inf_nan=False)
    telegram_group_rate: float = Field(GROUP_MESSAGES_PER_MINUTE, ge=0, allow_inf_nan=False)
    preview_rate: float = Field(1, ge=0, allow_inf_nan=False)
    broadcast_errors_in_a_row: int = Field(ERRORS_IN_A_ROW, ge=0, le=MOST_ERRORS_IN_A_ROW)
    send_retry_delay: float = Field(10, ge=0, allow_inf_nan=False)
    celery_task_default_retry_delay: float = Field(30, ge=0, allow_inf_nan=False)
    celery_task_default_max_retries: int = Field(5, ge=0)
    celery_task_time_limit: int = Field(600, gt=0)
    celery_task_soft_time_limit: int = Field(540, gt=0)
    celery_worker_max_tasks_per_child: int = Field(10_000, gt=0)
    celery_worker_max_memory_per_child: int = Field(400_000, gt=0)
    beat_send_scheduled_messages: float = Field(60, gt=0, allow_inf_nan=False)
    beat_update_post_views: float = Field(300, gt=0, allow_inf_nan=False)
    beat_health_check: float = Field(300, gt=0, allow_inf_nan=False)
    beat_update_prometheus_metrics: float = Field(300, gt=0, allow_inf_nan=False)
    beat_cleanup_metrics: float = Field(3600, gt=0, allow_inf_nan=False)
    beat_maintenance_cleanup: float = Field(3600, gt=0, allow_inf_nan=False)
    beat_cleanup_old_data: float = Field(86_400, gt=0, allow_inf_nan=False)
    keep_days: int = Field(30, gt=0, le=36_500)
    worker_concurrency: int = Field(4, gt=0)
    valkey_port: int = Field(6390, ge=0, le=65535)
    sandbox_port: int = Field(8081, ge=0, le=65535)
    metrics_host: str = "127.0.0.1"
    metrics_port: int = Field(0, ge=0, le=65535)
    prometheus_multiproc_dir: Path | None = None
    bot_enabled: bool = True
    bot_webhook_url: str | None = Field(None, pattern=r"^https?://[^/]")
    bot_webhook_secret: Annotated[SecretStr, AfterValidator(_is_header)] | None = None
    bot_webhook_host: str = "127.0.0.1"
    bot_webhook_port: int = Field(8082, ge=0, le=65535)
    api_enabled: bool = True
    api_host: str = "127.0.0.1"
    api_port: int = Field(8000, ge=0, le=65535)
    api_url: str | None = Field(None, pattern=r"^https?://[^/@]+$")
    api_trusted_proxies: str = "127.0.0.1"
    log_level: str = Field("INFO", pattern=r"^(DEBUG|INFO|WARNING|ERROR)$")
    log_format: LogFormat = LogFormat.TEXT

    @model_validator(mode="before")
    @classmethod
    def _empty_is_none(cls, given: dict[str, Any]) -> dict[str, Any]:
        """`env_ignore_empty` knows nothing of secrets' files."""
        return {name: value for name, value in given.items() if value != ""}

    @model_validator(mode="after")
    def _soft_before_hard(self) -> Self:
        if self.celery_task_soft_time_limit >= self.celery_task_time_limit:
            raise ValueError("must be less than CELERY_TASK_TIME_LIMIT, or it never strikes")
        return self

    @property
    def token(self) -> str:
        """The bot's token; raises ConfigurationError where there is none."""
        if self.bot_token is None:
            raise ConfigurationError(
                "BOT_TOKEN: not set; put the token that @BotFather gave you into .env, "
                "or start the sandbox with `make run`"
            )
        return self.bot_token.get_secret_value()

    @property
    def bot_id(self) -> int:
        """Telegram's id of the bot: the digits before the token's colon."""
        return int(self.token.partition(":")[0])

    @property
    def token_fingerprint(self) -> str:
        """Tells tokens apart without giving them away."""
        return hashlib.sha256(self.token.encode()).hexdigest()

    @property
    def ledger_url(self) -> str:
        if self.database_url is not None:
            return self.database_url.get_secret_value()
        return f"sqlite:///{self.data_dir.absolute() / 'ledger.db'}"

    @property
    def web_url(self) -> str:
        """Where people and programs find the web."""
        return self.api_url or f"http://{self.api_host}:{self.api_port}"

    @property
    def governor_url(self) -> str:
        return self.redis_url.get_secret_value()

    @property
    def broker_url(self) -> str:
        return (self.celery_broker_url or self.redis_url).get_secret_value()

    @property
    def on_rabbitmq(self) -> bool:
        """Whether the broker is RabbitMQ, whose delays and priorities are not those of Redis."""
        return self.broker_url.partition("://")[0] in RABBITMQ_SCHEMES

    @property
    def result_backend(self) -> str:
        return (self.celery_result_backend or self.redis_url).get_secret_value()


def load_settings(*, stack: bool = True, secrets: Path = SECRETS, **overrides: Any) -> Settings:
    """Read the settings. Raises ConfigurationError, one line that names each bad variable.

    `stack=False` leaves out what a running stack has written: for the one that is to start it.
    """
    check_env_file(Path(".env"))
    check_secrets(secrets)
    folder = secrets if secrets.is_dir() else None
    try:
        own = Settings(_env_file=".env", _secrets_dir=folder, **overrides)
        if stack:
            check_env_file(own.data_dir / STACK_FILE)
        files = (own.data_dir / STACK_FILE, ".env") if stack else ".env"
        merged = Settings(_env_file=files, _secrets_dir=folder, **overrides)
    except ValidationError as error:
        raise ConfigurationError(_one_line(error)) from None
    if own.bot_token is None:
        return merged
    # A token of one's own is for Telegram: never hand it to the sandbox of a running stack.
    return merged.model_copy(
        update={
            "bot_token": own.bot_token,
            "telegram_api_url": own.telegram_api_url,
            "telegram_preview_url": own.telegram_preview_url,
        }
    )


def check_env_file(path: Path) -> None:
    """Raise ConfigurationError for a line that is not NAME=value, and for what cannot be read."""
    try:
        text = path.read_text(encoding="utf-8") if path.is_file() else ""
    except UnicodeDecodeError:
        raise ConfigurationError(f"{path}: is not UTF-8; save it as UTF-8") from None
    except OSError as error:
        raise ConfigurationError(
            f"{path}: cannot be read: {error.strerror}; user {os.geteuid()} must be able to read "
            "it, or be another user"
        ) from None
    for binding in parse_stream(StringIO(text)):
        if binding.error or (binding.key and binding.value is None):
            raise ConfigurationError(
                f"{path}: line {binding.original.line} is not NAME=value; mend or delete it"
            )


def check_secrets(folder: Path) -> None:
    """Raise ConfigurationError for a secret that cannot be read. Others' secrets are let be."""
    for name in Settings.model_fields:
        try:
            (folder / name).read_text(encoding="utf-8")
        except FileNotFoundError:
            continue
        except (OSError, UnicodeDecodeError) as error:
            why = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
            raise ConfigurationError(
                f"{name.upper()}: {folder / name} cannot be read: {why}; it must be a file of "
                f"text that user {os.getuid()} may read"
            ) from None


def _one_line(error: ValidationError) -> str:
    return "; ".join(
        # The one check of the whole model is about this variable.
        f"{'.'.join(map(str, e['loc'])).upper() or 'CELERY_TASK_SOFT_TIME_LIMIT'}: "
        + e["msg"].removeprefix("Value error, ")
        for e in error.errors()
    )
