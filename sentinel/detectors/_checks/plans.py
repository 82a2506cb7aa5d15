"""The numbering plans of all countries, as libphonenumber's tables give them.

In: digits. Out: whose number they are. A plan is one pattern, compiled when its country first occurs: parsing a number as
libphonenumber does, for each country it may be from, takes a hundred times as long and says the same.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any

_KINDS = ("fixed_line", "mobile", "toll_free", "premium_rate", "shared_cost", "personal_number", "voip", "pager", "uan", "voicemail")
# Where a number without a country code may be from, and what stands in front of it in the country itself.
_HOME = {"US": "1", "GB": "0", "FR": "0", "DE": "0", "ES": "", "IT": "", "NL": "0", "CH": "0", "AT": "0", "BE": "0", "AU": "0",
         "IN": "0", "BR": "0", "JP": "0", "SE": "0", "PL": "", "IE": "0", "ZA": "0", "KR": "0", "CN": "0", "MX": "",
         "DK": "", "NO": "", "FI": "0", "PT": "", "TR": "0", "SG": "", "NZ": "0", "CZ": "", "GR": "", "IL": "0"}
_LONGEST_CODE = 3


def international(digits: str) -> bool:
    """Whether a number that begins with a country code is in that country's plan, with or without its trunk digit."""
    for size in range(1, _LONGEST_CODE + 1):
        plan = _plan_of_code(digits[:size])
        if plan is not None:
            return plan.fullmatch(digits, size) is not None
    return False


def national(digits: str) -> list[str]:
    """The countries, of those where a number without a country code may be from, that have this one in their plan."""
    return [region for region in _HOME if len(digits) in _lengths(region) and _home_plan(region).fullmatch(digits)]


@cache
def _plan_of_code(code: str) -> re.Pattern[str] | None:
    """The plan of all countries that share a country code; None when none has it."""
    from phonenumbers import COUNTRY_CODE_TO_REGION_CODE, PhoneMetadata

    regions = COUNTRY_CODE_TO_REGION_CODE.get(int(code or "0"), ())
    tables: list[Any] = [PhoneMetadata.metadata_for_region(region) or PhoneMetadata.metadata_for_nongeo_region(int(code)) for region in regions]
    if code[:1] == "0" or not tables:
        return None
    trunk = tables[0].national_prefix or ""
    return re.compile(f"(?:{trunk})?(?:{'|'.join(_numbers(table) for table in tables)})", re.ASCII)


@cache
def _home_plan(region: str) -> re.Pattern[str]:
    from phonenumbers import PhoneMetadata

    return re.compile(f"(?:{_HOME[region]})?(?:{_numbers(PhoneMetadata.metadata_for_region(region))})", re.ASCII)


@cache
def _lengths(region: str) -> frozenset[int]:
    from phonenumbers import PhoneMetadata

    table: Any = PhoneMetadata.metadata_for_region(region)
    lengths = table.general_desc.possible_length
    return frozenset(lengths) | {length + len(_HOME[region]) for length in lengths}


def _numbers(table: object) -> str:
    kinds = [getattr(table, kind) for kind in _KINDS]
    return "|".join(f"(?:{kind.national_number_pattern})" for kind in kinds if kind is not None and kind.national_number_pattern)
