"""Every field that an event can have, whoever sets it. In: nothing. Out: names."""

from __future__ import annotations


def known_fields() -> set[str]:
    """Fields of all formats, of the detectors and of the pipeline itself."""
    from sentinel import detectors, formats
    from sentinel.pipeline import FIELDS

    known = {name for form in formats.load().values() for name in form.fields}
    return known | {name for detector in detectors.load() for name in detector.fields} | FIELDS.keys()
