"""Every field that an event can have, whoever sets it. In: nothing. Out: names, and what is known of their types."""

from __future__ import annotations


def known_fields() -> dict[str, str]:
    """Fields of all formats, of the detectors and of the pipeline itself; each with its converter's name, or ""."""
    from sentinel import detectors, formats
    from sentinel.formats._mapping.fields import FIELDS, FLAWS
    from sentinel.pipeline import FIELDS as OWN

    names = {name for form in formats.load().values() for name in form.fields}
    names |= {name for detector in detectors.load() for name in detector.fields} | OWN.keys()
    return {FLAWS: "list"} | {name: FIELDS[name].type if name in FIELDS else "" for name in names}


def open_categories() -> frozenset[str]:
    """Categories whose formats, all of them, keep all of a record under its own names."""
    from sentinel import formats

    known = formats.load().values()
    return frozenset(form.category for form in known) - {form.category for form in known if not form.keeps_rest}
