"""Prompts that are the same but for a changing slot. In: prompts of one principal. Out: how many of a kind came in this hour.

A prompt's sketch is a Bloom filter (1970) of the words at its end: 256 bits, one for each of at most 16 words. Two prompts are of one
template when their sketches resemble each other (Jaccard, as Broder 1997 has it): at least 0.4 of the bits that either has, and
three, are in both. How many different ones there were is linear counting (Whang, Vander-Zanden, Taylor 1990) over 256 bits of
their digests: n = -256 ln(empty / 256). Neither holds a word: a bit says of a word one of 256 things.

The end of a prompt is what was asked last: a conversation that sends all its turns again has another end at each. When it is so
short that it has not, it begins as the last one of its template: such a prompt goes on and is no variant.
"""

from __future__ import annotations

from math import log, log2
from zlib import crc32

from msgspec import Struct, field

from sentinel.detectors.baseline._levels import Levels

ENOUGH = 24
_MOST_TEMPLATES, _HEAD, _TAIL, _MOST_WORDS, _FEWEST_WORDS = 6, 256, 192, 16, 3
_BITS = 256
_BIT = [1 << bit for bit in range(_BITS)]
# How many there were, by how many bits they set.
_COUNTED = [round(-_BITS * log(max(_BITS - bits, 0.5) / _BITS)) for bits in range(_BITS + 1)]
_ALIKE_IN_TEN, _LEAST_ALIKE = 4, 3


class Template(Struct, array_like=True, gc=False):
    """One kind of prompt.

    Attributes:
        words: the sketch of the first. seen: digests of the different ones. count: of all of them, in this hour.
        length, end: of the last one, characters and digest of its end.
    """

    words: bytes
    seen: bytes
    count: int
    length: int
    end: int


class Templates(Struct, array_like=True, gc=False):
    """The templates of one principal, in this hour; the least recently used goes. levels: of the most variants an hour had."""

    hour: int = 0
    most: int = 0
    kept: list[Template] = field(default_factory=list)
    levels: Levels = field(default_factory=Levels)

    def turn(self, hour: int) -> int:
        """Begin another hour. Returns the most variants of a template in the one that is over; 0: it is still the same."""
        if hour == self.hour:
            return 0
        most, self.most, self.hour, self.kept = self.most, 0, hour, []
        if most:
            self.learn(most)
        return most

    def learn(self, most: int) -> None:
        """Remember what an hour had at most."""
        self.levels.learn(log2(1 + most), ENOUGH)

    def score(self, variants: int) -> float:
        """How unusual so many variants are in one hour."""
        return self.levels.score(log2(1 + variants), ENOUGH)

    def look(self, prompt: str) -> tuple[int, int]:
        """Count a prompt. Returns how many different ones of its template came in this hour, and how many came again word for
        word; (0, 0): it is the first of its kind, or too short to be of any.
        """
        tail = prompt[-_TAIL:].encode("utf-8", "replace")
        words = _sketch(tail)
        if words.bit_count() < _FEWEST_WORDS:
            return 0, 0
        end = crc32(tail)
        self.most = self.most or 1
        template = self._alike(words)
        if template is None:
            del self.kept[_MOST_TEMPLATES - 1:]
            self.kept.insert(0, Template(_packed(words), _packed(_one(prompt, end)), 1, len(prompt), end))
            return 0, 0
        if not _goes_on(template, prompt):
            template.count += 1
            template.seen = _packed(int.from_bytes(template.seen, "little") | _one(prompt, end))
        template.length, template.end = len(prompt), end
        variants = _COUNTED[int.from_bytes(template.seen, "little").bit_count()]
        self.most = max(self.most, variants)
        return variants, max(template.count - variants, 0)

    def _alike(self, words: int) -> Template | None:
        has, from_bytes = words.bit_count(), int.from_bytes
        for place, template in enumerate(self.kept):
            other = from_bytes(template.words, "little")
            alike = (words & other).bit_count()
            if alike >= _LEAST_ALIKE and 10 * alike >= _ALIKE_IN_TEN * (has + other.bit_count() - alike):
                if place:
                    self.kept.insert(0, self.kept.pop(place))
                return template
        return None


def _sketch(tail: bytes) -> int:
    pieces = tail.split()
    if len(pieces) < _FEWEST_WORDS:
        # Written without spaces: Chinese, Japanese, Thai have three bytes a letter.
        pieces = [tail[at:at + 6] for at in range(0, len(tail) - 3, 3)]
    words, bit = 0, _BIT
    for piece in pieces[-_MOST_WORDS:]:
        words |= bit[crc32(piece) & 255]
    return words


def _one(prompt: str, end: int) -> int:
    # The end alone would not tell prompts apart whose slot lies before it.
    digest = crc32(b"%d" % len(prompt), crc32(prompt[:_HEAD].encode("utf-8", "replace"), end))
    # CRC is linear: of numbers that count up, its low bits alone collide more often than chance (Knuth's multiplicative hash).
    return _BIT[digest * 2_654_435_761 >> 24 & 255]


def _packed(bits: int) -> bytes:
    return bits.to_bytes(_BITS // 8, "little")


def _goes_on(template: Template, prompt: str) -> bool:
    """Whether the last prompt of the template stands at the beginning of this one, which is longer."""
    length = template.length
    return len(prompt) > length and crc32(prompt[max(length - _TAIL, 0):length].encode("utf-8", "replace")) == template.end
