"""Postal addresses, told from those of machines."""

from __future__ import annotations

import re

from sentinel.detectors._checks.candidate import Candidate, Check

_MACHINE = re.compile(r"@|://|0x|\d{1,3}\.\d{1,3}\.\d{1,3}|(?:[0-9A-Fa-f]{2}[:\-]){3}|[0-9A-Fa-f]{4}:|[{}\[\]=<>\\$%]|\w\(|\.(?:com|net|org|io|local)\b|[0-9A-Za-z]{20}")
_STREET = re.compile(
    r"(?:\b(?:street|st|avenue|ave|road|rd|drive|dr|lane|ln|boulevard|blvd|court|ct|place|pl|way|terrace|parkway|pkwy|circle|cir|highway|hwy|square|sq|trail"
    r"|close|crescent|gardens|grove|mews|row|walk|park|hill|rue|bd|chemin|impasse|allée|quai|route|cours|calle|c/|avda|avenida|paseo|plaza|camino|via|viale"
    r"|piazza|corso|rua|travessa|alameda|ul|al|ulica|ulice|utca|út|gata|gatan|vej|gade|veien|katu|tie|caddesi|sokak|jalan|jl|box|apt|suite|unit|flat|floor"
    r"|ул|улица|пр|проспект|д)\b"
    r"|(?:straße|strasse|str\.|weg|platz|allee|gasse|ring|damm|ufer|straat|laan|plein|gracht|kade|vägen|gatan|katu|tie|gade|vej)\b)", re.IGNORECASE)
_POSTAL = re.compile(r"\b[A-Z]{2} \d{5}\b|\b\d{5}(?:-\d{4})?\b|\b[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}\b|\b\d{4} ?[A-Z]{2}\b|\b[A-Z]\d[A-Z] ?\d[A-Z]\d\b|\b\d{2}-\d{3}\b|\b\d{3}-\d{4}\b"
                     r"|\b\d{4} [A-Z]|\b\d{6}\b")
_HOUSE = re.compile(r"\b\d{1,6}[a-zA-Z]?(?:[\-/]\d+)?,? (?:\w+ ){0,2}[A-ZÀ-ÞА-Я]|[a-zß.à-ÿ],? (?:n[º°] ?)?\d{1,5}[a-zA-Z]?\b")
_WIDE = re.compile(r"[\u3040-\u9fff\uac00-\ud7a3]{2}.*[省市区县區縣都道府町村丁路街号號시구로길동].*|.*(?:로|길) ?\d")
_LETTERS = re.compile(r"[^\W\d_]{3}")


def postal_address(found: Candidate) -> bool:
    """A house number with a street, or a postal code with a town; no address of a machine, a mail box or memory."""
    value = found.value
    if _WIDE.match(value):
        return True
    if not any(c.isdigit() for c in value) or not _LETTERS.search(value) or _MACHINE.search(value):
        return False
    if "," in value and _POSTAL.search(value):
        return True
    return bool(_HOUSE.search(value)) and bool(_STREET.search(value) or value[0].isdigit())


_AREAS = re.compile(r"(?:A[BL]|B[ABDHLNRST]?|C[ABFHMORTVW]|D[ADEGHLNTY]|E[CHNX]?|F[KY]|G[LUY]?|H[ADGPRSUX]|I[GMPV]|JE|K[ATWY]|L[ADELNSU]?|M[EKL]?|N[EGNPRW]?|O[LX]"
                    r"|P[AEHLOR]|R[GHM]|S[AEGKLMNOPRSTWY]?|T[ADFNQRSW]|UB|W[ACDFNRSV]?|YO|ZE)\d[A-Z\d]? ?\d[ABD-HJLNP-UW-Z]{2}")


def uk_postcode(found: Candidate) -> bool:
    """A British postcode of an area that there is."""
    return bool(_AREAS.fullmatch(found.value))


ALL: tuple[Check, ...] = (postal_address, uk_postcode)
