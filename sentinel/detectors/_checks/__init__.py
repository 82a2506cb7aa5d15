"""What a pattern cannot say: check digits, issuers, whether a token was drawn or typed. Catalogue entries name these.

In: a candidate. Out: whether it is one. Each is linear in the candidate's length, which the catalogue bounds.
"""

from __future__ import annotations

from sentinel.detectors._checks import (
    address,
    assigned,
    dates,
    document,
    mail,
    money,
    national,
    network,
    person,
    phone,
    token,
)
from sentinel.detectors._checks.candidate import Candidate, Check

__all__ = ["CHECKS", "Candidate", "Check"]

_PARTS = (address, assigned, dates, document, mail, money, national, network, person, phone, token)
CHECKS: dict[str, Check] = {check.__name__: check for part in _PARTS for check in part.ALL}
