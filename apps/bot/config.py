"""What only the bot needs of the settings. Imports no aiogram: workers load this, too."""

from dataclasses import dataclass, field

from infra.settings import Settings

POLL_S = 30
"""How long Telegram holds a getUpdates without updates; its own longest is 50 s."""

ALLOWED_UPDATES = (
    "message",
    "edited_message",
    "channel_post",
    "edited_channel_post",
    "callback_query",
    "my_chat_member",
)
"""What the bot asks for: whoever writes or presses, and where it is let in or thrown out."""


@dataclass(frozen=True, slots=True)
class BotConfig:
    """Which bot it is, and where and how its updates are fetched.

    With a `webhook_url` Telegram brings them there, and the bot waits for them at host and port.
    """

    bot_id: int
    token: str = field(repr=False)
    api_url: str
    webhook_url: str = ""
    webhook_secret: str = field(default="", repr=False)
    webhook_host: str = ""
    webhook_port: int = 0
    poll_s: int = POLL_S
    allowed_updates: tuple[str, ...] = ALLOWED_UPDATES


def bot_config(settings: Settings) -> BotConfig:
    """Raises ConfigurationError where there is no token."""
    secret = settings.bot_webhook_secret
    return BotConfig(
        settings.bot_id,
        settings.token,
        settings.telegram_api_url.rstrip("/"),
        webhook_url=settings.bot_webhook_url or "",
        webhook_secret=secret.get_secret_value() if secret is not None else "",
        webhook_host=settings.bot_webhook_host,
        webhook_port=settings.bot_webhook_port,
    )
