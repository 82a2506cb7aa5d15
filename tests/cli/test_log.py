from __future__ import annotations

import logging

import pytest

from sentinel.cli import log


@pytest.fixture(autouse=True)
def _put_back() -> object:
    root, ours = logging.getLogger(), logging.getLogger("sentinel")
    before = (root.handlers[:], root.level, ours.level)
    yield
    root.handlers[:], root.level = before[0], before[1]
    ours.setLevel(before[2])


def test_what_is_logged_is_one_safe_line_and_quotes_no_exception(
        capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("JOURNAL_STREAM", raising=False)
    log.to_stderr()
    try:
        raise KeyError("mail@example.com of a log line")
    except KeyError:
        logging.getLogger("sentinel.x").exception("bad \x1b[2J %s", "\u202e")
    err = capsys.readouterr().err
    first, *rest = err.splitlines()
    assert first.endswith("Z ERROR sentinel.x: bad \\x1b[2J \\u{202e}")
    assert "KeyError" in rest[0] and "test_log.py" in rest[1] and "mail@example.com" not in err


def test_under_systemd_the_time_is_left_to_the_journal(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JOURNAL_STREAM", "8:1")
    log.to_stderr()
    logging.getLogger("sentinel").info("hello")
    logging.getLogger("httpx").info("GET http://x")
    assert capsys.readouterr().err == "INFO sentinel: hello\n"
