"""What the pipeline works with, made from what a config names. In: `Parts` and an open journal's state. Out: `Stages`."""

from __future__ import annotations

from sentinel.assembly import Parts
from sentinel.clock import SECOND
from sentinel.corpus.library import Library
from sentinel.detectors import Texts
from sentinel.detectors import load as load_detectors
from sentinel.detectors.baseline import Baseline
from sentinel.detectors.copies import Copies
from sentinel.evidence.redact import Redactor
from sentinel.evidence.seal import Seal
from sentinel.journal.state import State
from sentinel.pipeline import Stages
from sentinel.playbooks.plan import Planner
from sentinel.rules.match.ruleset import RuleSet


def stages(parts: Parts, state: State, key: bytes, *, dry_run: bool,
           library: Library | None = None) -> Stages:
    """Args: key: for pseudonyms and for what waits unredacted. dry_run: playbooks plan and nothing goes out. library: what no
    answer may copy from.
    """
    redactor = Redactor(key)
    detectors = load_detectors(redactor.pseudonym, parts.settings)
    for detector in detectors:
        if isinstance(detector, Copies):
            detector.library = library
        elif isinstance(detector, Baseline) and parts.places is not None:
            detector.place = parts.places.of
    return Stages(
        formats=parts.formats, detectors=detectors, rules=RuleSet(parts.rules, state.section),
        redactor=Redactor(key, Texts(detectors).everything),
        planner=Planner(parts.playbooks, "dry-run" if dry_run else parts.config.playbooks.mode),
        seal=Seal(key), window=parts.config.incidents.window_minutes * 60 * SECOND)
