"""How far an import is, told to whoever watches and to a log."""

import io

import pytest

from apps.cli.import_progress import LINE_EVERY_S, ImportProgress
from infra.importing import Progress


class Screen(io.StringIO):
    def isatty(self) -> bool:
        return True


def told_to(stderr: io.StringIO, monkeypatch: pytest.MonkeyPatch, total: int | None) -> str:
    monkeypatch.setattr("sys.stderr", stderr)
    with ImportProgress(total) as told:
        told(Progress(bytes_read=250, rows=1_000, bad=3))
        told(Progress(bytes_read=500, rows=2_000, bad=3))
    return stderr.getvalue()


def test_a_log_gets_a_line_at_once_and_then_now_and_again(monkeypatch: pytest.MonkeyPatch) -> None:
    assert LINE_EVERY_S > 1
    told = told_to(io.StringIO(), monkeypatch, 1_000)
    assert told == "imported 1,000 rows (25 %), 3 bad\n"


def test_what_has_no_known_end_has_no_share(monkeypatch: pytest.MonkeyPatch) -> None:
    assert told_to(io.StringIO(), monkeypatch, None) == "imported 1,000 rows, 3 bad\n"


@pytest.mark.parametrize(("total", "share"), [(1_000, "0.5/1.0 kB"), (None, "500/? bytes")])
def test_a_terminal_gets_a_bar(
    total: int | None, share: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TERM", "xterm")
    told = told_to(Screen(), monkeypatch, total)
    assert "2,000 rows, 3 bad" in told
    assert share in told
