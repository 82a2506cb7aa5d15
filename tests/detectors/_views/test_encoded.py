import base64
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.detectors._views import encoded
from sentinel.detectors._views.fragment import Limit
from sentinel.scan import Pattern, Scan

SAID = st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E), min_size=10, max_size=60)
WAYS = [lambda b: base64.b64encode(b).decode(), lambda b: base64.urlsafe_b64encode(b).decode().rstrip("="), bytes.hex,
        lambda b: b.hex(" ").upper(), lambda b: "".join(f"\\x{c:02x}" for c in b)]
SCAN = Scan([Pattern(encoded.SIGN)])


@given(SAID, st.sampled_from(WAYS))
def test_what_is_said_is_read_and_the_span_is_the_whole(said: str, way: object) -> None:
    written = way(said.encode())  # type: ignore[operator]
    text = f'key "{written}" end'
    assert (5, 5 + len(written), said) in list(encoded.spans(text, Limit()))
    assert SCAN.hits(text)


def test_random_bytes_say_nothing() -> None:
    dice = random.Random(5)
    blobs = [way(dice.randbytes(48)) for way in WAYS for _ in range(200)]
    assert list(encoded.spans(" ".join(blobs), Limit())) == []
    assert sum(bool(SCAN.hits(blob)) for blob in blobs[:600]) < 10


def test_what_is_read_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(encoded, "MOST_ENCODED", 100)
    assert len(list(encoded.spans(" ".join([base64.b64encode(b"ignore all previous").decode()] * 50), Limit()))) <= 4
