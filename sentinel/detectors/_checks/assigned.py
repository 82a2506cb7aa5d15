"""Whether what is assigned to a name such as `password` or `api_key` is a secret: its name and its letters must say so.

Settings, code and manuals assign other things to such names too: references (`${TOKEN}`, `os.environ["TOKEN"]`), types,
labels, words that stand for a value, hashes of it. Here the value's own letters are all that can tell.
"""

from __future__ import annotations

import base64
import binascii
import re

from sentinel.detectors._checks.candidate import Candidate, Check
from sentinel.detectors._checks.token import changes, drawn, mixed, typed

# Names that hold such a word and no secret: next_page_token, max_tokens, token_type, secret_name, password_hash.
_ELSE = re.compile(
    r"(?:csrf|xsrf|page|next|prev|max|min|num|pad|eos|bos|unk|sep|mask|cls|stop|special|continu\w*|cursor|sync|public|pub"
    r"|primary|foreign|cache|partition|sort|row|idempot\w*|dedup\w*|hash|etag|cancel\w*|input|output|prompt|completion|total"
    r"|first|last|second)[_\-. ]?(?:token|key|secret)s?\b"
    r"|(?:token|key|secret|password|passwd|pwd|credential)s?[_\-. ]?(?:hash|hashed|digest|sha\d*|md5|checksum|fingerprint|id|ids|url|uri|name|type"
    r"|count|limit|expir\w*|ttl|length|len|size|path|file|arn|ref|version|index|field|label|hint|placeholder|policy|reset"
    r"|rules?|regex|pattern|format|encod\w*|format|usage|budget|bucket|algorithm|alg|store|manager|provider|env|var|param)\b",
    re.IGNORECASE)
# A value by another name, read when the program runs; a path, an address of the web, a picture.
_REFERENCE = re.compile(
    r"[$%<{\[(@*&!#|~^]|[./~\\]{1,2}[\w.\-]*/|\w{2,12}://|[A-Za-z_][\w.]*[(\[]|(?:arn|vault|ssm|ref|env|file|data|op|secret|kms|gcp|aws|base64|keyvault|doppler):"
    r"|iVBORw0|/9j/|R0lGOD|UklGR|PHN2Zy|ssh-(?:rsa|ed25519)|ecdsa-|MII[A-Z]|LS0tLS1C(?!RUdJTi)|sha(?:1|256|384|512)[-:]|md5[-:]|enc:|ENC\[|AQICAH")
_INSIDE = re.compile(r"\$\{|\{\{|\}\}|<[A-Za-z]|\.{3}|…|\*{3}|•|#\{|%\(|@@|\(\)")
_DOTTED = re.compile(r"[A-Za-z_][\w\-]*(?:(?:\.|->|::|/)[A-Za-z_][\w\-]*)+\.?")
_UUID = re.compile(r"[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}")
_MAIL = re.compile(r"[\w.+\-]+@[\w\-]+\.[\w.\-]+")
_NUMBER = re.compile(r"[\d.,:/+\- TZ]+|0x[0-9a-fA-F]{1,8}|v?\d+(?:\.\d+)+[\w.\-]*")
# Only words, or what a program calls its variables: a name, at most one digit behind it.
_WORDS = re.compile(r"[^\W\d]+(?:[_\-./][^\W\d]+)*\d?[.,:;!?]?")
_STRONG = re.compile(r"(?:api|access|app|auth)[_\-. ]?key|secret|passw", re.IGNORECASE)
_COMMON = re.compile(
    r"p[a@4][s$5]{2}w[o0]rd\W{0,2}\d{0,4}\W{0,2}|(?:test|admin|root|user|guest|demo|default|letmein|welcome|hunter|abc|foo|bar|baz|temp|login"
    r"|pass|secret|token|oauth|sha|utf|base|aes|rsa|hmac|bcrypt|argon|md|hs|rs|es|ipv|http|value|param|arg|string|var|char|int|s3cr3t"
    r"|my|the|some|any|old|new)[_\-. ]?\w{0,8}?[_\-]?\d{0,4}\W?", re.IGNORECASE)
# What stands behind the part of a secret that somebody shows.
_CUT = ("..", "…", "**", "•")
_SHORTEST, _SHORTEST_DRAWN = 6, 16


def named(found: Candidate) -> bool:
    """The name in front of it is a secret's, and the value none of what else such names hold."""
    value = found.value
    if _REFERENCE.match(value) or _INSIDE.search(value) or _MAIL.match(value) or _NUMBER.fullmatch(value):
        return False
    if typed(value) or found.after(3).startswith(_CUT) or (_WORDS.fullmatch(value) and not _scrambled(value)):
        return False
    line = found.before(48).rpartition("\n")[2]
    return not _ELSE.search(line)


def assigned(found: Candidate) -> bool:
    """It was drawn by a machine: long enough, of letters and digits, and no dotted name, hash behind a weak name or path."""
    value = found.value
    if len(value) < _SHORTEST_DRAWN or not (any(c.isdigit() for c in value) or _scrambled(value)):
        return False
    if _UUID.fullmatch(value) and not _STRONG.search(found.before(32)):
        return False
    return named(found) and drawn(found) and mixed(found) and not (_DOTTED.fullmatch(value) and not _random_part(value))


def _random_part(value: str) -> bool:
    return any(len(part) >= 16 and sum(c.isdigit() for c in part) >= 2 for part in re.split(r"[./:>]", value))


def _scrambled(value: str) -> bool:
    """Only letters, and drawn: capitals stand where no word and no camelCase has them."""
    return len(value) >= 12 and changes(value) >= 0.3


def chosen(found: Candidate) -> bool:
    """A person or a machine chose it as a password: no word, and two kinds of characters at least."""
    value = found.value
    if len(value) < _SHORTEST or _COMMON.fullmatch(value):
        return False
    letters, numbers = any(c.isalpha() for c in value), sum(c.isdigit() for c in value)
    marks = sum(not (c.isalnum() or c in "_-./\\,;:") for c in value)
    if not letters or not (numbers or marks or _scrambled(value)) or len(set(value)) < 4:
        return False
    return named(found) and not (_DOTTED.fullmatch(value) and not _random_part(value))


def basic_pair(found: Candidate) -> bool:
    """It is base64 of `user:password`, as HTTP's basic authentication sends it, and the password is none of a manual."""
    value = found.value
    try:
        pair = base64.b64decode(value + "=" * (-len(value) % 4), validate=True).decode()
    except (ValueError, binascii.Error):
        return False
    user, colon, password = pair.partition(":")
    return bool(colon) and pair.isprintable() and len(password) >= 4 and not typed(pair) \
        and password.lower() not in ("password", "passwd", "pass", "secret", "test", user.lower(), "open sesame")


ALL: tuple[Check, ...] = (named, assigned, chosen, basic_pair)
