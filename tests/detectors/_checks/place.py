"""A value as a candidate that is its whole text."""

from sentinel.detectors._checks.candidate import Candidate


def whole(value: str) -> Candidate:
    return Candidate(value, 0, len(value))
