from __future__ import annotations

import re
from base64 import b64encode
from hashlib import sha512
from pathlib import Path

from sentinel.cli import redact
from tests.cli.conftest import Sentinel, config

TEXT = "Dear ann.lee@example.com,\ncard 4111 1111 1111 1111, again ann.lee@example.com.\nBye"


def test_values_become_pseudonyms_and_the_rest_stays(sentinel: Sentinel, tmp_path: Path) -> None:
    (tmp_path / "t.txt").write_text(TEXT)
    out = sentinel("redact", "t.txt").out
    assert re.fullmatch(r"Dear (<EMAIL:[0-9a-f]{8}>),\ncard <CREDIT_CARD:[0-9a-f]{8}>, again \1\.\nBye", out)


def test_with_a_config_the_pseudonyms_are_the_journals(sentinel: Sentinel, tmp_path: Path) -> None:
    (tmp_path / "t.txt").write_text(TEXT)
    path = config(tmp_path)
    first, second = sentinel("redact", "t.txt", "-c", path).out, sentinel("redact", "t.txt", "-c", path).out
    assert first == second and (tmp_path / "pseudonym.key").exists()


def test_what_spans_lines_is_found_too(sentinel: Sentinel, tmp_path: Path) -> None:
    body = "\n".join(b64encode(sha512(bytes([n])).digest()[:48]).decode() for n in range(9))
    (tmp_path / "t.txt").write_text(f"before\n-----BEGIN PRIVATE KEY-----\n{body}\n-----END PRIVATE KEY-----\nafter\n")
    out = sentinel("redact", "t.txt").out
    assert body[:20] not in out and body[-20:] not in out and out.startswith("before\n") and out.endswith("\nafter\n")


def test_long_input_comes_in_pieces() -> None:
    assert list(redact._texts([b"a" * redact._AT_ONCE_BYTES, b"b\xff"])) == ["a" * redact._AT_ONCE_BYTES, "b\ufffd"]
