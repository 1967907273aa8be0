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
    """Which bot it is, and where and how its updates are fetched."""

    bot_id: int
    token: str = field(repr=False)
    api_url: str
    poll_s: int = POLL_S
    allowed_updates: tuple[str, ...] = ALLOWED_UPDATES


def bot_config(settings: Settings) -> BotConfig:
    """Raises ConfigurationError where there is no token."""
    return BotConfig(settings.bot_id, settings.token, settings.telegram_api_url.rstrip("/"))
