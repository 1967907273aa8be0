"""`make demo`: half a minute of trouble, and every message ends as it must."""

import time
from pathlib import Path

import pytest

from apps.cli.scenes import SCENES
from tests.servers.command_line import called


# `.ci/run` runs `make demo` itself, which fails unless all ended as it must.
@pytest.mark.slow
def test_it_shows_each_message_and_ends_well_within_half_a_minute(tmp_path: Path) -> None:
    # A .env that would keep it from working, were it read: a demo never uses what is one's own.
    (tmp_path / ".env").write_text("BOT_TOKEN=1:own\nREDIS_URL=redis://127.0.0.1:1/0\n")
    began_s = time.monotonic()
    told = called(["demo"], tmp_path, DATABASE_URL="postgresql://nowhere.invalid/x")
    assert told.code == 0, told
    assert time.monotonic() - began_s < 30
    assert "All ended as they should" in told.out
    assert all(scene.title in told.out for scene in SCENES)
    assert [path.name for path in tmp_path.iterdir()] == [".env"]
