"""The log files of the programs that `up` runs."""

from pathlib import Path

from apps.cli.logs import Log


def test_a_log_that_grows_too_large_is_kept_once_and_begun_anew(tmp_path: Path) -> None:
    log = Log(tmp_path / "it.log")
    with log.open() as file:
        file.write(b"old\n" * 10)
        file.flush()
        assert log.fresh() == ["old"] * 10
        log.bound(20)
        file.write(b"new\nhalf")
        file.flush()
    assert log.fresh() == ["new"]
    assert (tmp_path / "it.log.1").read_text() == "old\n" * 10


def test_a_new_run_begins_a_new_log_and_keeps_the_last(tmp_path: Path) -> None:
    for text in ("first", "second"):
        with Log(tmp_path / "it.log").open() as file:
            file.write(text.encode())
    assert (tmp_path / "it.log").read_text() == "second"
    assert (tmp_path / "it.log.1").read_text() == "first"
