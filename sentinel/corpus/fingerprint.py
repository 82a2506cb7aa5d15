"""Fingerprints of a text by winnowing (Schleimer, Wilkerson, Aiken: "Winnowing: Local Algorithms for Document
Fingerprinting", SIGMOD 2003).

In: a text and a key. Out: keyed hashes of some of its runs of `K` words, and where they begin. Every word has a rank, a keyed
hash of itself and the next; of every `W` neighbours the one of the least rank is chosen (of equals the rightmost), and the
hash of the K words that begin there is a fingerprint. Which it is depends on those W places alone, so texts that share a run
of

    GUARANTEED = W + K - 1 words

share a fingerprint, wherever the run stands in either. Of random text 2 / (W + 1) of the places are chosen. (The paper ranks by
the hash of all K words. Hashing K words only where it is needed costs a third.)
"""

from __future__ import annotations

import re
import sys
import unicodedata
from array import array
from collections.abc import Sequence
from functools import lru_cache
from hashlib import blake2b
from operator import xor
from zlib import crc32

from msgspec import Struct

K = 8
W = 25
GUARANTEED = W + K - 1
# Chinese, Japanese, Korean, Thai, Lao, Burmese and Khmer are written without spaces, or may be: there each letter is a word.
_UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\U00020000-\U0003ffff]")
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2060-\u2064\ufeff\U000e0000-\U000e007f]")
_FOREIGN, _NO_LETTERS = re.compile(r"[^\x00-\x7f]+"), re.compile(r"[\W_]+")
# Prose of models is full of these, and else often ASCII, which costs a tenth.
_MARKS = "“”‘’–—…•"
_ASCII = bytes(byte if byte > 127 or chr(byte).isalnum() else 32 for byte in range(256))
# A text is looked at in pieces of so many words, so that a book needs no more memory than a chapter.
_PIECE = 65_536
_REMEMBERED, _LONG_WORD = 65_536, 40
_DIGIT = bytes(b"0123456789abcdef"[value & 15] for value in range(256))
_LOWEST_BYTE = 0 if sys.byteorder == "little" else 3


def words(text: str) -> list[bytes]:
    """The words of `text` as they are compared, in UTF-8: without case, punctuation, markdown, invisible letters and
    widths of letters.
    """
    if not text.isascii():
        for mark in _MARKS:
            text = text.replace(mark, " ")
    if not text.isascii():
        # Lone surrogates have no UTF-8 form.
        text = unicodedata.normalize("NFKC", _INVISIBLE.sub("", text)).encode("utf-8", "replace").decode()
        text = _FOREIGN.sub(lambda run: _spaced(run[0]) if len(run[0]) < 8 else _spaced.__wrapped__(run[0]), text.casefold())
    return text.casefold().encode().translate(_ASCII).split()


@lru_cache(4096)
def _spaced(run: str) -> str:
    """Letters beyond ASCII, with spaces for what is no letter, and around what is written without."""
    return _UNSPACED.sub(r" \g<0> ", _NO_LETTERS.sub(" ", run))


class Prints(Struct, frozen=True):
    """What is kept of a text, and what it is compared by.

    Attributes:
        places: of each fingerprint, ascending: the index of its first word. hashes: the fingerprints, 32 bits each.
        trail: four bits of each word's keyed hash as a hexadecimal digit: tells where a shared run ends.
    """

    places: list[int]
    hashes: list[int]
    trail: str


class Printer:
    """Makes fingerprints with a key. Without the key nobody can test whether a text is among those of a corpus."""

    def __init__(self, key: bytes) -> None:
        """Args: key: up to 64 bytes."""
        self._values = _Values(key)

    def prints(self, text: str) -> Prints:
        """Fingerprints of `text`. A text of fewer than `GUARANTEED` words has one, of fewer than `K` none."""
        return self.of_words(words(text))

    def of_words(self, said: Sequence[bytes]) -> Prints:
        """The same of words as `words` gives them."""
        values = list(map(self._values.__getitem__, said))
        data = array("I", values).tobytes()
        places: list[int] = []
        for first in range(0, max(len(said) - K + 1, 1), _PIECE):
            # Pieces overlap by all but one place of a window, so every window stands whole in one of them.
            last = min(first + _PIECE + W - 1, len(said) - K + 1)
            ranks = list(map(xor, values[first:last], values[first + 1:last + 1])) if last > first else []
            places += [first + place for place in winnow(ranks) if not places or first + place > places[-1]]
        # Words have keyed hashes already, so a CRC over them mixes well enough, and costs least.
        hashes = [crc32(data[4 * place:4 * (place + K)]) for place in places]
        return Prints(places, hashes, data[_LOWEST_BYTE::4].translate(_DIGIT).decode("ascii"))


class _Values(dict[bytes, int]):
    """A word's keyed hash, 32 bits; remembered, because a language has few words. Bounded: the log is hostile."""

    def __init__(self, key: bytes) -> None:
        super().__init__()
        self._key = key

    def __missing__(self, word: bytes) -> int:
        value = int.from_bytes(blake2b(word, digest_size=4, key=self._key).digest(), "little")
        if len(word) <= _LONG_WORD:
            if len(self) >= _REMEMBERED:
                self.clear()
            self[word] = value
        return value


def winnow(ranks: Sequence[int], window: int = W) -> list[int]:
    """The places of the least rank of every `window` neighbours, of equals the rightmost; ascending.

    Fewer ranks than a window are one window.
    """
    if not ranks:
        return []
    at = _rightmost(ranks[:window])
    chosen, best = [at], ranks[at]
    for here, rank in enumerate(ranks[window:], window):
        if rank <= best:
            at, best = here, rank
        elif here - at >= window:  # the last choice has left the window
            first = here - window + 1
            at = first + _rightmost(ranks[first:here + 1])
            best = ranks[at]
        else:
            continue
        chosen.append(at)
    return chosen


def _rightmost(ranks: Sequence[int]) -> int:
    return len(ranks) - 1 - ranks[::-1].index(min(ranks))
