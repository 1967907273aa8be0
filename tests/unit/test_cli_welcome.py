"""What `up` prints of a Telegram that it could not ask."""

from pathlib import Path

import pytest
from pydantic import SecretStr

from apps.cli.prepare import _ask_telegram
from apps.cli.prepared import Prepared
from apps.cli.stack import Stack
from apps.cli.welcome import welcome
from infra.settings import Settings

AWAY = "http://127.0.0.1:1"


def test_a_telegram_out_of_reach_is_noted_and_no_token_is_shown(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = Settings(_env_file=None, bot_token=SecretStr("77:other"), telegram_api_url=AWAY)
    found = Prepared()
    _ask_telegram(settings, found)
    welcome(Stack(settings, 0, 0, tmp_path, 0, 0), found, {}, 1.0)
    told = capsys.readouterr().out
    assert f"bot 77 at {AWAY}" in told
    assert f"Telegram at {AWAY} cannot be asked for the bot's name" in told
    assert "77:other" not in told
