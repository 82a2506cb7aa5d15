from pathlib import Path

import pytest

from sentinel.errors import SentinelError
from sentinel.evidence.keys import SIZE, load_or_create


def test_a_key_is_made_once_and_for_its_user_alone(tmp_path: Path) -> None:
    path = tmp_path / "state" / "pseudonym.key"
    key = load_or_create(path)
    assert len(key) == SIZE and len(set(key)) > 8
    assert path.stat().st_mode & 0o777 == 0o600
    assert load_or_create(path) == key
    assert [p.name for p in path.parent.iterdir()] == ["pseudonym.key"], "nothing temporary stays"


def test_two_places_have_two_keys(tmp_path: Path) -> None:
    assert load_or_create(tmp_path / "a") != load_or_create(tmp_path / "b")


def test_a_key_open_to_others_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "key"
    load_or_create(path)
    path.chmod(0o640)
    with pytest.raises(SentinelError, match="chmod 600"):
        load_or_create(path)


@pytest.mark.parametrize("content", [b"", b"short", b"x" * 33])
def test_a_damaged_key_is_refused_and_not_replaced(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "key"
    path.write_bytes(content)
    path.chmod(0o600)
    with pytest.raises(SentinelError, match="32 bytes"):
        load_or_create(path)
    assert path.read_bytes() == content


def test_the_loser_of_a_race_uses_the_winners_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path, exists, winner = tmp_path / "key", Path.exists, b"w" * SIZE

    def race(self: Path, **given: bool) -> bool:
        if self == path and not exists(path):
            path.write_bytes(winner)
            path.chmod(0o600)
            return False
        return exists(self, **given)

    monkeypatch.setattr(Path, "exists", race)
    assert load_or_create(path) == winner


def test_a_folder_in_the_way_is_an_error_that_names_the_path(tmp_path: Path) -> None:
    with pytest.raises(SentinelError, match=str(tmp_path)):
        load_or_create(tmp_path)
