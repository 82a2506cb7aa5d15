"""What the pipeline works with, made from what a config names. In: `Parts` and an open journal's state. Out: `Stages`."""

from __future__ import annotations

from sentinel.assembly import Parts
from sentinel.clock import SECOND
from sentinel.detectors import Texts
from sentinel.detectors import load as load_detectors
from sentinel.evidence.redact import Redactor
from sentinel.evidence.seal import Seal
from sentinel.journal.state import State
from sentinel.pipeline import Stages
from sentinel.playbooks.plan import Planner
from sentinel.rules.match.ruleset import RuleSet


def stages(parts: Parts, state: State, key: bytes, *, dry_run: bool) -> Stages:
    """Args: key: for pseudonyms and for what waits unredacted. dry_run: playbooks plan and nothing goes out."""
    redactor = Redactor(key)
    detectors = load_detectors(redactor.pseudonym)
    return Stages(
        formats=parts.formats, detectors=detectors, rules=RuleSet(parts.rules, state.section),
        redactor=Redactor(key, Texts(detectors).everything),
        planner=Planner(parts.playbooks, "dry-run" if dry_run else parts.config.playbooks.mode),
        seal=Seal(key), window=parts.config.incidents.window_minutes * 60 * SECOND)
