"""The bot's /metrics and /health."""

import asyncio
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from pydantic import SecretStr

from apps.bot import wellness
from apps.bot.office import Office
from apps.bot.reception import Reception
from infra.settings import Settings
from tests.bot.conversation import conversing
from tests.servers.process import free_port
from tests.servers.valkey import ValkeyServer

OTHER = 502
POLLED = "analyticbot_bot_last_poll_timestamp_seconds "


def ask(port: int, path: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=5) as answer:
            return int(answer.status), str(answer.read().decode())
    except urllib.error.HTTPError as refused:
        return refused.code, refused.read().decode()


async def test_it_counts_what_it_has_handled_and_what_it_has_failed_at(
    folder: Path, valkey_server: ValkeyServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    port = free_port()
    async with conversing(folder, valkey_server.url(), metrics_port=port) as talk:
        await talk.start()
        await talk.user(OTHER)
        await talk.say(OTHER, "/start")
        await talk.settled()

        async def fail(*_: object) -> None:
            raise RuntimeError("on purpose")

        monkeypatch.setattr(Reception, "_handle", fail)
        await talk.say(OTHER, "/help")
        await talk.settled()
        _, told = await asyncio.to_thread(ask, port, "/metrics")
        lines = told.splitlines()
        assert 'analyticbot_bot_updates_total{outcome="handled"} 1.0' in lines
        assert 'analyticbot_bot_updates_total{outcome="failed"} 1.0' in lines
        assert "analyticbot_bot_update_duration_seconds_count 2.0" in lines
        assert POLLED in told
        assert await asyncio.to_thread(ask, port, "/health") == (200, "ok\n")


async def test_before_telegram_has_ever_answered_it_tells_since_when_it_asks(
    tmp_path: Path,
) -> None:
    port, token = free_port(), SecretStr("42:token-of-ours")
    office = Office(Settings(_env_file=None, bot_token=token, data_dir=tmp_path, metrics_port=port))
    wellness.serve(office)
    _, told = await asyncio.to_thread(ask, port, "/metrics")
    [polled] = [line for line in told.splitlines() if line.startswith(POLLED)]
    assert float(polled.split()[1]) == pytest.approx(time.time(), abs=60)


async def test_with_a_webhook_it_is_well_as_long_as_it_listens(
    folder: Path, valkey_server: ValkeyServer
) -> None:
    port, hook = free_port(), free_port()
    changes = {"bot_webhook_url": f"http://127.0.0.1:{hook}/updates", "bot_webhook_port": hook}
    async with conversing(folder, valkey_server.url(), metrics_port=port, **changes) as talk:
        await talk.start()
        await talk.eventually(
            lambda: asyncio.to_thread(ask, port, "/health"), lambda told: told == (200, "ok\n")
        )
        await talk.stop()
        status, told = await asyncio.to_thread(ask, port, "/health")
        assert status == 503
        assert told.startswith(f"nobody listens at BOT_WEBHOOK_PORT ({hook}): ")
