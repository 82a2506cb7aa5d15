"""Mail addresses."""

from __future__ import annotations

import re

from sentinel.detectors._checks.candidate import Candidate, Check

# Generic domains that people have mail at; any two letters are taken for a country. A name such as `w.transpose` in
# code has the shape of a domain, so an unknown ending needs more than its shape.
_ENDINGS = frozenset(re.findall(r"\w+", """
com org net edu gov mil int info biz name pro mobi jobs tel travel museum coop aero asia cat post app dev cloud online
shop site store tech xyz club agency academy art bank bio blog business capital care careers center church city
community company consulting design digital education email energy engineering events expert family finance foundation
fund fyi global group health help hospital host house icu insurance international institute law lawyer legal life limited
link live llc ltd management market marketing media money network news ngo one ong page partners party photos physio
press productions properties pub realty report research school science services social software solutions space studio
support systems team technology today top training university ventures website wiki work works world zone london berlin
paris nyc tokyo amsterdam swiss bayern wien vlaanderen gmbh sarl inc dental clinic doctor pharmacy example test invalid
localhost local internal corp lan home arpa onion
"""))


def mail(found: Candidate) -> bool:
    """A mail address and not a remote (`git@github.com:org`), a password in a URL, or a matrix product in code."""
    local, _, domain = found.value.replace("%40", "@").rpartition("@")
    if ".." in domain or ".." in local or local.endswith(".") or len(local) > 64 or len(domain) > 253:
        return False
    ending = domain.rpartition(".")[2].lower()
    if len(ending) != 2 and ending not in _ENDINGS and not ending.startswith("xn--"):
        return False
    after = found.after(2)
    if after[:1] == "(" or (after[:1] == ":" and local == "git"):
        return False
    # https://user:password@host: the user's name ends at a colon that follows `//`.
    return not re.search(r"//[^\s/@]{1,64}:\Z", found.before(70))

ALL: tuple[Check, ...] = (mail,)
