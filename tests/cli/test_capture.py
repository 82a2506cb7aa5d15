from __future__ import annotations

from pathlib import Path

from sentinel.capture import litellm
from tests.cli.conftest import Sentinel


def test_install_copies_the_callback_and_says_what_to_write(sentinel: Sentinel, tmp_path: Path) -> None:
    for _ in range(2):
        ran = sentinel("capture", "install", str(tmp_path))
        copy = tmp_path / "sentinel" / "capture" / "litellm.py"
        assert (ran.code, ran.lines[0]) == (0, f"{copy} is written.")
        assert 'callbacks: ["sentinel.capture.litellm.log"]' in ran.out
        assert copy.read_bytes() == Path(litellm.__file__).read_bytes()
        assert [p.name for p in copy.parent.iterdir()] == ["litellm.py"]


def test_a_folder_that_is_not_there_or_cannot_be_written_is_a_mistake(sentinel: Sentinel, tmp_path: Path) -> None:
    ran = sentinel("capture", "install", str(tmp_path / "nowhere"))
    assert ran.code == 2 and "no such folder; name the one of the proxy's config.yaml" in ran.err
    (tmp_path / "sentinel").write_text("in the way")
    ran = sentinel("capture", "install", str(tmp_path))
    assert ran.code == 2 and "cannot be written: Not a directory" in ran.err
