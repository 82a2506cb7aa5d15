"""What comparing an answer with protected documents costs, by the number of documents: `python -m benchmarks.corpus [COUNT...]`.

Documents of 500 words on average, of words as frequent as a language's (Zipf). Beyond `_REAL` of them the file is filled with random
numbers in the place of fingerprints, as many as the documents would have: to a look-up they are the same, and hashing a million
texts takes a quarter of an hour. Prints a line for each count: bytes on disk, how
long adding took, and microseconds for a clean answer of 12 kB and for one with 60 words of a document in it, each the least and
the median of some hundred, apart from what it costs to make the fingerprints.
"""

from __future__ import annotations

import itertools
import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from sentinel.corpus.build import Builder
from sentinel.corpus.file import Corpus
from sentinel.corpus.fingerprint import Printer, words

_KEY = b"benchmark" * 3
_VOCABULARY = 50_000
_REAL = 10_000


def texts(seed: int) -> Iterator[list[str]]:
    """Endlessly many documents."""
    rng = random.Random(seed)
    vocabulary = ["".join(rng.choices("etaoinshrdlucmfwypvbgk", k=rng.randint(1, 9))) + str(n % 7) * (n % 11 == 0)
                  for n in range(_VOCABULARY)]
    drawn = rng.choices(vocabulary, [1 / (n + 2) for n in range(_VOCABULARY)], k=1_000_000)
    while True:
        yield rng.choices(drawn, k=rng.randint(200, 800))


def micros(work: Callable[[], object], times: int = 200) -> str:
    taken = []
    for _ in range(times):
        began = time.perf_counter()
        work()
        taken.append((time.perf_counter() - began) * 1e6)
    return f"{min(taken):.0f} / {statistics.median(taken):.0f}"


def fill(builder: Builder, documents: int) -> None:
    """So many documents of 500 words and 38 fingerprints each, without texts. Call it last."""
    words_each, prints_each = 500, 38
    for _ in range(documents):
        builder._begins.append(builder._words)
        builder._words += words_each
    builder._sizes.extend([words_each] * documents)
    builder._digests.frombytes(os.urandom(8 * documents))
    for number in range(documents):
        builder._names.write(b"filled-%07d" % number)
    first = builder._names.tell() - 14 * documents
    builder._ends.extend(range(first + 14, first + 14 * documents + 1, 14))
    for _ in range(documents // 1_000):
        builder._trail.write(os.urandom(words_each * 500))
    count, top = documents * prints_each // len(builder._parts), builder._words >> 24
    for part, file in enumerate(builder._parts):
        data = bytearray(os.urandom(8 * count))
        data[7::8] = data[7::8].translate(bytes(part << 2 | byte & 3 for byte in range(256)))
        data[3::8] = data[3::8].translate(bytes(byte % top for byte in range(256)))
        file.write(data)


def measure(count: int, folder: Path) -> None:
    path, printer = folder / f"c{count}.corpus", Printer(_KEY)
    began = time.process_time()
    with Builder(folder, _KEY) as builder:
        for number, said in enumerate(itertools.islice(texts(1), min(count, _REAL))):
            builder.add(f"document-{number}", " ".join(said))
        if count > _REAL:
            fill(builder, count - _REAL)
        builder.commit(path)
    made = time.process_time() - began
    corpus = Corpus(path, _KEY)
    others = texts(2)
    clean = (" ".join(itertools.chain.from_iterable(itertools.islice(others, 6))))[:12_000]
    copied = clean[:6_000] + " " + " ".join(next(texts(1))[100:160]) + " " + clean[6_000:11_600]
    assert not corpus.overlaps(printer.prints(clean))
    [found] = corpus.overlaps(printer.prints(copied))
    with_none, with_one = printer.prints(clean), printer.prints(copied)
    assert found.document == "document-0" and 60 <= found.tokens <= 64, found
    print(f"{count:>9,} documents, {corpus.header.words:>11,} words: {path.stat().st_size / 1e6:7.1f} MB, added in {made:.0f} s; "
          f"words {micros(lambda: words(clean))}, fingerprints {micros(lambda: printer.prints(clean))}, "
          f"look-up clean {micros(lambda: corpus.overlaps(with_none))}, "
          f"copied {micros(lambda: corpus.overlaps(with_one))} us", flush=True)


def main(counts: list[int]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        for count in counts:
            measure(count, Path(folder))


if __name__ == "__main__":
    main([int(text) for text in sys.argv[1:]] or [10_000, 100_000, 1_000_000])
