from __future__ import annotations

from sentinel import formats
from sentinel.formats._left_over import left_over

FORMATS = formats.load()


def test_keys_that_no_field_took() -> None:
    line = b'{"time":"2026-11-24T23:06:29Z","remote_addr":"203.0.113.7","status":200,"mine":{"a":1,"b":null,"c":[1]},"uri":"/x"}'
    assert left_over(FORMATS["nginx"], line) == ["mine.a", "mine.c"]


def test_a_format_that_keeps_the_rest_leaves_nothing() -> None:
    assert left_over(FORMATS["json"], b'{"time":"2026-11-24T23:06:29Z","mine":{"a":1}}') == []


def test_words_of_a_text_line_that_stand_in_no_field() -> None:
    line = b'203.0.113.7 - - [24/Nov/2026:23:06:29 +0000] "GET /v1/models HTTP/1.1" 200 82 "-" "curl/8" rt=0.002'
    over = left_over(FORMATS["nginx"], line)
    assert "0.002" in over and not {"203.0.113.7", "/v1/models", "200", "82", "curl/8"} & set(over)


def test_what_cannot_be_read_or_is_too_large_leaves_nothing_to_say() -> None:
    assert left_over(FORMATS["nginx"], b"no line of nginx") == []
    assert left_over(FORMATS["json"], b'{"a": "' + b"x" * 300_000 + b'"}') == []
    assert left_over(FORMATS["json"], b"[1, 2]") == []
    assert left_over(FORMATS["nginx"], b'{"a":' + b"[" * 5000) == []


def test_the_number_of_tries_is_bounded() -> None:
    line = b"{" + b",".join(b'"k%d":1' % n for n in range(5000)) + b"}"
    assert len(left_over(FORMATS["nginx"], line)) <= 300
