import pytest

from sentinel.detectors._checks import mail
from tests.detectors._checks.place import whole


@pytest.mark.parametrize(("value", "ok"), [
    ("a@example.com", True), ("a%40example.com", True), ("a@w.transpose", False), ("a..b@example.com", False), ("a.@example.com", False)])
def test_mail(value: str, ok: bool) -> None:
    assert mail.mail(whole(value)) is ok
