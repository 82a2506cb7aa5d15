"""What other programs find in the same texts, as `sentinel detect` would print it; the types are named as here.

    python -m benchmarks.detectors.score numbers negatives --held --write SET.jsonl
    PEERS/bin/python -P benchmarks/detectors/peers.py presidio SET.jsonl > FOUND.jsonl
    python -m benchmarks.detectors.score SET.jsonl --found FOUND.jsonl

Runs in an environment of its own (`pip install presidio-analyzer datafog detect-secrets`) and imports nothing of this
project (`-P`: nor the modules beside it, of which two have names of the standard library).
Presidio: every recogniser that is a pattern, of every country, in one English registry; without a model, because the packages
of models are in no package index. Texts per second of CPU go to standard error.
"""

from __future__ import annotations

import json
import logging
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

Spans = list[dict[str, Any]]

_PRESIDIO = {
    "EMAIL_ADDRESS": "EMAIL", "PHONE_NUMBER": "PHONE", "IBAN_CODE": "IBAN", "CRYPTO": "CRYPTO_ADDRESS", "DE_TAX_ID": "DE_TAX_ID",
    "IT_FISCAL_CODE": "IT_CODICE_FISCALE", "AU_TFN": "AU_TFN", "SG_NRIC_FIN": "SG_NRIC", "US_PASSPORT": "PASSPORT",
    "UK_PASSPORT": "PASSPORT", "IN_PASSPORT": "PASSPORT", "IT_PASSPORT": "PASSPORT", "DE_PASSPORT": "PASSPORT", "ES_PASSPORT": "PASSPORT",
    "TH_TNIN": "TH_TNIN", "TR_NATIONAL_ID": "TR_TC", "FI_PERSONAL_IDENTITY_CODE": "FI_HETU",
}
# Below it are shapes alone, such as any nine digits, which it leaves to the reader to refuse.
_LEAST = 0.35
# No kind of personal data of which this project speaks.
_OTHERS = {"URL", "DATE_TIME", "UUID", "NRP", "LOCATION", "ORGANIZATION"}
_DATAFOG = {"EMAIL": "EMAIL", "PHONE": "PHONE", "SSN": "US_SSN", "CREDIT_CARD": "CREDIT_CARD", "IP_ADDRESS": "IP_ADDRESS",
            "DOB": "DATE_OF_BIRTH", "DATE": "DATE_OF_BIRTH", "ZIP": "ADDRESS", "ZIP_CODE": "ADDRESS", "PERSON": "PERSON"}


def presidio() -> Callable[[str], Spans]:
    import inspect

    import presidio_analyzer.predefined_recognizers as known
    import spacy
    from presidio_analyzer import AnalyzerEngine, PatternRecognizer, RecognizerRegistry
    from presidio_analyzer.nlp_engine import SpacyNlpEngine

    class Tokens(SpacyNlpEngine):
        """Words, and no model."""

        def __init__(self) -> None:
            super().__init__(models=[{"lang_code": "en", "model_name": "none"}])
            self.nlp = {"en": spacy.blank("en")}

        def load(self) -> None:
            return

    classes = [one for _, one in inspect.getmembers(known, inspect.isclass) if issubclass(one, PatternRecognizer)]
    registry = RecognizerRegistry(recognizers=[*(one(supported_language="en") for one in classes),
                                               known.PhoneRecognizer(supported_language="en")])
    engine = AnalyzerEngine(registry=registry, nlp_engine=Tokens(), supported_languages=["en"])

    def find(text: str) -> Spans:
        return [{"start": f.start, "end": f.end, "type": _PRESIDIO.get(f.entity_type, f.entity_type), "score": f.score}
                for f in engine.analyze(text, language="en", score_threshold=_LEAST) if f.entity_type not in _OTHERS]
    return find


def datafog() -> Callable[[str], Spans]:
    import datafog

    def find(text: str) -> Spans:
        return [{"start": f.start, "end": f.end, "type": _DATAFOG.get(f.type, f.type), "score": 1.0}
                for f in datafog.scan(text, engine="regex").entities]
    return find


def detect_secrets() -> Callable[[str], Spans]:
    from detect_secrets import SecretsCollection
    from detect_secrets.settings import default_settings

    place = Path(tempfile.mkdtemp()) / "text"

    def find(text: str) -> Spans:
        # A file, because it judges single lines without its filters.
        place.write_text(text)
        with default_settings():
            secrets = SecretsCollection()
            secrets.scan_file(str(place))
            return list(_spans(text.split("\n"), [secret for _, secret in secrets]))

    return find


def _spans(lines: list[str], secrets: list[Any]) -> Iterator[dict[str, Any]]:
    begins = [0]
    for line in lines:
        begins.append(begins[-1] + len(line) + 1)
    for secret in secrets:
        line = lines[secret.line_number - 1]
        at = max(line.find(secret.secret_value or "\0"), 0)
        start = begins[secret.line_number - 1] + at
        yield {"start": start, "end": start + len(secret.secret_value or line), "type": f"secret.{secret.type}", "score": 1.0}


def main() -> None:
    logging.disable(logging.CRITICAL)
    find = {"presidio": presidio, "datafog": datafog, "detect-secrets": detect_secrets}[sys.argv[1]]()
    texts = list(_texts(Path(sys.argv[2])))
    find("warm")
    began = time.process_time()
    found = [find(text) for text in texts]
    print(f"{sys.argv[1]}: {len(texts) / (time.process_time() - began):,.0f} texts/s", file=sys.stderr)
    for number, spans in enumerate(found):
        print(json.dumps({"id": number, "spans": spans}))


def _texts(path: Path) -> Iterator[str]:
    for line in path.read_text().splitlines():
        yield json.loads(line)["text"]


if __name__ == "__main__":
    main()
