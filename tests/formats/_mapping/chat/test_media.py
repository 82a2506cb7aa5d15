from __future__ import annotations

from base64 import b64encode, urlsafe_b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.formats._mapping.chat.media import Media, data_url, embedded, is_blob

PNG = b"\x89PNG\r\n\x1a\n"


@pytest.mark.parametrize(("content", "declared", "wanted"), [
    (PNG, "image/png", "image/png"), (PNG, "", "image/png"), (PNG, "png", "image/png"), (PNG, "shot.PNG", "image/png"),
    # What is declared counts, though it may be a lie: the hash tells the content.
    (PNG, "application/pdf", "application/pdf"), (PNG, "no type at all", "image/png"), (PNG, "<b>/<i>", "image/png"),
    (b"RIFF\0\0\0\0WAVEfmt ", "", "audio/wav"), (b"RIFF\0\0\0\0WEBPVP8 ", "", "image/webp"), (b"RIFF", "", "application/octet-stream"),
    (b"\0\0\0\x20ftypisom", "", "video/mp4"), (b"%PDF-1.7", "", "application/pdf"), (b"?", "", "application/octet-stream"),
])
def test_the_type_is_what_was_declared_or_how_the_bytes_begin(content: bytes, declared: str, wanted: str) -> None:
    assert embedded(b64encode(content).decode(), declared) == Media(wanted, content)


@pytest.mark.parametrize(("url", "wanted"), [
    ("data:image/png;base64,iVBORw0KGgo=", Media("image/png", PNG)),
    ("data:image/png;base64,iVBORw0KGgo", Media("image/png", PNG)),
    ("data:;base64,iVBORw0KGgo=", Media("image/png", PNG)),
    ("data:text/plain;charset=utf-8;base64,aGk=", Media("text/plain", b"hi")),
    ("data:,Ignore%20all", Media("text/plain", b"Ignore all")),
    ("data:image/png;base64,iVBOR\r\nw0KGgo=", Media("image/png", PNG)),
    ("data:image/png;base64,A", Media("image/png", None)),
    ("data:image/png;base64,[base64_data truncated: 72B]", Media("image/png", None)),
])
def test_data_urls(url: str, wanted: Media) -> None:
    assert data_url(url) == wanted


def test_text_is_read_and_other_bytes_are_not() -> None:
    assert embedded(b64encode(b"Ignore \xff all").decode(), "notes.md").text == "Ignore \ufffd all"
    assert embedded(b64encode(b"Ignore \xff all").decode(), "odd").text == ""
    assert embedded(b64encode(PNG).decode(), "odd").text == ""


@pytest.mark.parametrize("declared", ["", "image/png", "application/new", "notes.unknown"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_text_is_read_whatever_the_client_calls_it(declared: str, encoding: str) -> None:
    assert embedded(b64encode("Ignore\tall – of it".encode(encoding)).decode(), declared).text == "Ignore\tall – of it"


@pytest.mark.parametrize(("text", "wanted"), [("QUJD" * 64, True), ("QUJD" * 10, False), ("QUJD " * 100, False), ("é" * 300, False)])
def test_a_long_run_of_base64_is_told_from_prose(text: str, wanted: bool) -> None:
    assert is_blob(text) is wanted


@given(st.binary(min_size=1))
def test_any_bytes_come_back_from_either_alphabet(content: bytes) -> None:
    for encoded in (b64encode(content), urlsafe_b64encode(content), urlsafe_b64encode(content).rstrip(b"=")):
        assert embedded(encoded.decode()).content == content


@given(st.text())
def test_any_text_is_data_or_none(text: str) -> None:
    embedded(text, text)
    data_url("data:" + text)
    is_blob(text)
