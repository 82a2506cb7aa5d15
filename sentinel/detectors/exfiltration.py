"""Data that an answer carries away: an image or a link whose address holds more than it needs to be found.

In: completions. Out: a score and the hosts. A chat program that shows an image fetches it without a click, so an address such
as `https://host/p.png?q=<what the user said>` sends what stands in it to whoever planted the order to write it. Addresses of
signed downloads hold long values as well: those by their parameters' usual names do not count. Which hosts are one's own is for
a rule to say.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator, Sequence
from typing import ClassVar
from urllib.parse import unquote_plus

from sentinel.detectors._base import Detector, Memory, text_in
from sentinel.records.event import Event
from sentinel.records.finding import Finding
from sentinel.scan import Pattern

# An address in an image, a link or a reference, in Markdown or HTML; everything else is text that nobody fetches.
# Found by what stands right before it, and then read backwards: an opening sign may stand anywhere, and often.
_MARKED = re.compile(r"(\])(?:\(\s{0,8}<?|:\s{0,3}<?)(?=https?://)|\b(?:src|href|srcset)\s{0,3}=\s{0,3}[\"']?(?=https?://)", re.IGNORECASE)
_LINKED, _TAGGED = re.compile(r"https?://[^\s<>)\"']{4,4000}", re.IGNORECASE), re.compile(r"https?://[^\s<>\"']{4,4000}", re.IGNORECASE)
_TAG = re.compile(r"<(?:(img|iframe|link|source|video|audio)|a)\b", re.IGNORECASE)
_LONGEST_TITLE, _LONGEST_TAG = 300, 400
_ADDRESS = re.compile(r"https?://(?:[^/?#@\s]*@)?([^/?#:\s]+)(?::[0-9]+)?([^?#\s]*)\??([^#\s]*)#?(.*)", re.IGNORECASE | re.DOTALL)
_SIGNED = re.compile(r"(?:x-(?:amz|goog|oss|ms)-.*|sig|signature|se|sp|sv|st|skoid|sktid|expires|key-pair-id|policy|token|hash|hmac|utm_.*|gclid"
                     r"|fbclid|v|version|etag|ixid|ixlib|fingerprint|cache.*)", re.IGNORECASE)
# What the model was to fill in, and did not.
_PLACEHOLDER = re.compile(r"\{[^{}]{0,60}\}|<[^<>]{1,60}>|%7b[^%]{1,60}%7d|\[[A-Z_ ]{3,40}\]"
                          r"|(?:\b|_)(?:DATA|SECRET|PROMPT|CONVERSATION|HISTORY|SUMMARY|USER_?DATA|BASE64|ENCODED)(?:\b|_)")
_OPAQUE = re.compile(r"[A-Za-z0-9+/_-]{48,}={0,2}")
# A label of a host that may be data: it is not told.
_LONG_LABEL, _MANY_DIGITS = 16, 7
_WORDS = re.compile(r"[^\W\d_]{3,}")
# Characters of addresses in one answer that are weighed, and findings.
_MOST, _MOST_FOUND = 200_000, 100
_MAIL = re.compile(r"[\w.+-]{1,64}@[\w-]{1,64}\.[a-z]{2,}")


class Exfiltration(Detector):
    """Looks at the addresses that an answer makes somebody fetch."""

    name = "exfiltration"
    reads: ClassVar = frozenset({"gen_ai.completion"})
    fields: ClassVar = {
        "sentinel.completion.exfiltration.score": "0 to 1: how surely an image or a link in the answer carries data to its host",
        "sentinel.completion.exfiltration.hosts": "the hosts of such images and links, sorted; `*` for a label that may be data itself",
    }

    @property
    def patterns(self) -> Sequence[Pattern]:
        return [Pattern(r"\](?:\(|:)\s{0,4}<?https?://|<(?:img|a|iframe|link|source|video|audio)\s", caseless=True)]

    def inspect(self, event: Event, hits: frozenset[int], memory: Memory) -> list[Finding]:
        text = text_in(event, "gen_ai.completion")
        known = _known(event)
        findings: list[Finding] = []
        hosts: set[str] = set()
        for start, end, shown in _addresses(text):
            host, score = weigh(text[start:end], shown=shown, known=known)
            if score >= 0.5:
                hosts.add(host)
                findings.append(Finding("exfiltration.image" if shown else "exfiltration.link", "gen_ai.completion", start, end, score, False))
                if len(findings) == _MOST_FOUND:
                    break
        if findings:
            event.fields["sentinel.completion.exfiltration.score"] = max(f.score for f in findings)
            event.fields["sentinel.completion.exfiltration.hosts"] = sorted(hosts)
        return findings


def weigh(address: str, *, shown: bool, known: frozenset[str] = frozenset()) -> tuple[str, float]:
    """Host of an address, and how surely it carries data there.

    Args:
        shown: it is fetched without a click.
        known: words that the model had been told and that nobody else would put there.
    """
    parts = _ADDRESS.match(address)
    if parts is None:
        return "", 0.0
    host, path, query, rest = parts.groups()
    best = max((_carried(value, known) for value in _values(host, path, query, rest)), default=0.0)
    return _named(host.lower()), round(best if shown else best * 0.75, 2)


def _named(host: str) -> str:
    """A host, without what its labels may carry: whoever owns the domain draws the names below it."""
    labels = host.split(".")
    return ".".join(["*" if len(label) >= _LONG_LABEL or sum(map(str.isdigit, label)) >= _MANY_DIGITS else label for label in labels[:-2]] + labels[-2:])


def _carried(value: str, known: frozenset[str]) -> float:
    """How much `value` looks like data rather than a name: 0.9 for text, 0.85 for a place to put it, 0.6 for what may be."""
    if _PLACEHOLDER.search(value):
        return 0.85
    plain = unquote_plus(value)
    said = _decoded(plain) or plain
    words = _WORDS.findall(said.lower())
    encoded = said is not plain
    if _MAIL.search(said) and len(said) > 12:
        return 0.9
    if len(words) >= 3 and (encoded or " " in said or len(known.intersection(words)) >= 3) and len(said) >= 20:
        return 0.95 if known.intersection(words) and (encoded or len(words) >= 5) else 0.75 if encoded or len(words) >= 8 else 0.4
    return 0.6 if _OPAQUE.fullmatch(plain) and not plain.isdigit() else 0.0


def _decoded(value: str) -> str:
    """The text that base64 or hex hides; empty when it hides none."""
    if len(value) < 16:
        return ""
    try:
        data = bytes.fromhex(value) if re.fullmatch(r"(?:[0-9a-fA-F]{2})+", value) else base64.b64decode(
            value.replace("-", "+").replace("_", "/") + "=" * (-len(value) % 4), validate=True)
        said = data.decode()
    except (ValueError, binascii.Error):
        return ""
    return said if said.isprintable() or said.replace("\n", "").isprintable() else ""


def _values(host: str, path: str, query: str, rest: str) -> Iterator[str]:
    """The parts of an address that can carry something: of the host its longest label, path, query."""
    yield from (label for label in host.split(".") if len(label) >= 40)
    yield from (part for part in path.split("/") if len(part) >= 16 or "{" in part or "[" in part)
    for pair in query.split("&"):
        name, _, value = pair.partition("=")
        if not _SIGNED.fullmatch(name) or _PLACEHOLDER.search(value):
            yield value or name
    if rest:
        yield rest


def _addresses(text: str) -> Iterator[tuple[int, int, bool]]:
    left, at = _MOST, 0
    while left > 0 and (mark := _MARKED.search(text, at)):
        at = mark.end()
        shown = _in_markdown(text, mark.start()) if mark[1] else _in_tag(text, mark.start())
        found = (_LINKED if mark[1] else _TAGGED).match(text, at) if shown is not None else None
        if found and shown is not None:
            at = found.end()
            left -= at - found.start()
            yield *found.span(), shown


def _in_markdown(text: str, end: int) -> bool | None:
    """Whether an image, or an image in a link, has its title before `end`; None: nothing has."""
    title = text[max(0, end - _LONGEST_TITLE - 2):end]
    title = title[max(title.rfind("]"), title.rfind("\n")) + 1:]
    return "![" in title if "[" in title else None


def _in_tag(text: str, end: int) -> bool | None:
    """Whether `end` is in a tag that is fetched without a click; None: it is in none that has an address."""
    inside = text[max(0, end - _LONGEST_TAG - 8):end]
    tags = _TAG.findall(inside, inside.rfind(">") + 1)
    return any(tags) if tags else None


def _known(event: Event) -> frozenset[str]:
    """Words of the prompt: what an address repeats of them was carried off."""
    return frozenset(word for word in _WORDS.findall(text_in(event, "gen_ai.prompt")[:20_000].lower()) if len(word) >= 5)
