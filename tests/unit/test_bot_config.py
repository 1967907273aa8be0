"""What the bot takes from the settings."""

import pytest
from pydantic import SecretStr

from apps.bot.config import bot_config
from core.errors import ConfigurationError
from infra.settings import Settings

TOKEN = "42:AA-own_token"


def test_it_is_the_bot_of_the_token_at_the_api_that_is_set() -> None:
    settings = Settings(bot_token=SecretStr(TOKEN), telegram_api_url="http://localhost:8081/")
    config = bot_config(settings)
    assert (config.bot_id, config.token) == (42, TOKEN)
    assert config.api_url == "http://localhost:8081"


def test_its_token_is_not_shown() -> None:
    assert "own_token" not in repr(bot_config(Settings(bot_token=SecretStr(TOKEN))))


def test_without_a_token_it_says_what_to_do() -> None:
    with pytest.raises(ConfigurationError, match="BOT_TOKEN: not set"):
        bot_config(Settings(bot_token=None))
