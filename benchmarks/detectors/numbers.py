"""Numbers and addresses in texts such as models write: labelled before, behind, by key, by column and by heading.

A kind of number has labels for development and for the held-back set; so have the frames around them. Values are drawn.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from typing import NamedTuple

import phonenumbers
from phonenumbers import PhoneNumberFormat as Format

from benchmarks.detectors.sample import Sample, Text
from tests.detectors import generate, values

Dice = random.Random
PER_KIND = 3


class Kind(NamedTuple):
    """Attributes:
        draw: a value as it is written; alone: whether it is to be found without any label.
        labels, held: what it is called in texts; keys, held_keys: in JSON and tables.
    """

    type: str
    draw: Callable[[Dice], str]
    labels: tuple[str, ...]
    keys: tuple[str, ...]
    held: tuple[str, ...]
    held_keys: tuple[str, ...]
    alone: Callable[[str], bool] = lambda value: False


def _of(name: str, *masks: str) -> Callable[[Dice], str]:
    def draw(dice: Dice) -> str:
        mask = dice.choice(masks) if masks else ""
        value = values.draw(name, dice)
        return values.written(value, mask) if mask else value

    return draw


_REGIONS = ("US", "GB", "DE", "FR", "ES", "IT", "NL", "CH", "AT", "BE", "AU", "IN", "BR", "JP", "SE", "PL", "IE", "ZA", "CA", "DK")


def _phone(dice: Dice, form: int) -> str:
    region = dice.choice(_REGIONS)
    number = phonenumbers.example_number_for_type(region, dice.choice((0, 1))) or phonenumbers.example_number(region)
    digits = str(number.national_number)
    for _ in range(200):
        body = digits[:3] + "".join(dice.choices("0123456789", k=len(digits) - 3))
        drawn = phonenumbers.PhoneNumber(country_code=number.country_code, national_number=int(body), italian_leading_zero=number.italian_leading_zero)
        if phonenumbers.is_valid_number_for_region(drawn, region) and len(set(body)) > 3:
            return str(phonenumbers.format_number(drawn, form))
    return str(phonenumbers.format_number(number, form))


def _mail(dice: Dice) -> str:
    first, last = dice.choice(("ann", "joao", "li.wei", "p", "m.garcia", "kofi")), dice.choice(("smith", "o'neil", "rossi", "x", "nowak"))
    name = dice.choice((f"{first}.{last}", f"{first}_{last}{dice.randrange(99)}", f"{first}{dice.randrange(1990, 2005)}", f"{first}+{last}"))
    return f"{name}@{dice.choice(('gmail.com', 'corp.example', 'uni-koeln.de', 'mail.acme.co.uk', 'sub.dept.gov.br', 'web.de', 'startup.io'))}"


def _card(dice: Dice) -> str:
    value = generate.fill(f"<card:{dice.choice(('visa', 'mastercard', 'jcb', 'discover'))}>", dice)
    return values.written(value, dice.choice(("#### #### #### ####", "####-####-####-####", "#" * 16)))


def _iban(dice: Dice) -> str:
    value = generate.fill(f"<iban:{dice.choice(('NL', 'ES', 'DE', 'AT'))}>", dice)
    return value if dice.random() < 0.5 else " ".join(value[i:i + 4] for i in range(0, len(value), 4))


def _yes(value: str) -> bool:
    return True


def _grouped(value: str) -> bool:
    return not value.isdigit()


KINDS = (
    Kind("EMAIL", _mail, ("e-mail", "Contact", "mailto"), ("email", "user_mail"), ("Courriel", "reply to", "Mail"), ("contactEmail", "mail"), _yes),
    Kind("PHONE", lambda dice: _phone(dice, Format.INTERNATIONAL), ("Phone", "Tel.", "mobile"), ("phone", "mobile_number"),
         ("Call", "Telefon", "Móvil"), ("phoneNumber", "tel"), _yes),
    Kind("PHONE", lambda dice: _phone(dice, Format.E164), ("Phone", "WhatsApp"), ("phone_e164",), ("SMS to", "Handy"), ("msisdn",), _yes),
    Kind("PHONE", lambda dice: _phone(dice, Format.NATIONAL), ("Phone", "Tel", "Telefon", "mobile"), ("phone", "telefon"),
         ("Call me at", "Rufnummer", "Téléphone", "Teléfono"), ("contact_phone", "mobilePhone")),
    Kind("CREDIT_CARD", _card, ("card number", "Visa", "Kreditkarte"), ("card", "card_number"), ("paid with card", "CC", "Tarjeta"), ("cardNumber", "pan"), _yes),
    Kind("IBAN", _iban, ("IBAN", "account"), ("iban", "account"), ("Konto", "wire to"), ("bankAccount", "ibanCode"), _yes),
    Kind("BIC", _of("bic"), ("BIC", "SWIFT"), ("bic", "swift"), ("SWIFT code", "BIC/SWIFT"), ("swiftCode", "bic_code")),
    Kind("IP_ADDRESS", _of("ip"), ("IP", "from host"), ("ip", "client_ip"), ("logged in from", "server"), ("remoteAddr", "sourceIp"), _yes),
    Kind("IP_ADDRESS", _of("ip6"), ("IPv6",), ("ip",), ("address",), ("ipv6Address",), _yes),
    Kind("MAC_ADDRESS", _of("mac"), ("MAC",), ("mac",), ("hardware address", "NIC"), ("macAddress",), _yes),
    Kind("CRYPTO_ADDRESS", _of("btc"), ("BTC", "wallet"), ("wallet",), ("send coins to",), ("btcAddress",), _yes),
    Kind("CRYPTO_ADDRESS", _of("bech32"), ("bitcoin",), ("address",), ("payout",), ("payoutAddress",), _yes),
    Kind("CRYPTO_ADDRESS", _of("eth"), ("ETH",), ("wallet",), ("Ethereum wallet",), ("ethAddress",), _yes),
    Kind("US_SSN", _of("ssn", "###-##-####", "### ## ####", "#########"), ("SSN", "Social Security Number"), ("ssn",),
         ("social security no.", "SS#", "Social Security"), ("socialSecurityNumber", "ssn_number"), lambda value: "-" in value),
    Kind("US_ITIN", _of("itin", "###-##-####", "#########"), ("ITIN",), ("itin",), ("Individual Taxpayer Identification Number",), ("itinNumber",), lambda v: "-" in v),
    Kind("US_EIN", _of("ein", "##-#######"), ("EIN", "Employer ID"), ("ein",), ("Federal Tax ID", "FEIN"), ("employerIdentificationNumber", "company_ein")),
    Kind("UK_NHS", _of("nhs", "### ### ####", "##########", "###-###-####"), ("NHS number", "NHS No"), ("nhs_number",), ("NHS no.", "NHS"), ("nhsNumber", "patient_nhs_no")),
    Kind("UK_NINO", _of("nino", "## ## ## ## #", "#########"), ("NI number", "National Insurance"), ("nino",), ("National Insurance No.", "NINO"), ("nationalInsuranceNumber", "ni_number"), _yes),
    Kind("DE_TAX_ID", _of("idnr", "## ### ### ###", "###########"), ("Steuer-ID", "IdNr."), ("steuer_id",), ("Steueridentifikationsnummer", "steuerliche IdNr"), ("steuerId", "tax_id"), _yes),
    Kind("FR_NIR", _of("nir", "# ## ## ## ### ### ##", "###############", "############# ##"), ("Numéro de sécurité sociale", "NIR"), ("nir",), ("n° sécu", "Sécurité sociale"), ("numeroSecu", "num_secu"), _yes),
    Kind("ES_NIF", _of("nif", "########-#", "#########"), ("DNI", "NIF"), ("dni",), ("documento nacional de identidad", "con DNI"), ("dniNumber", "nif"), _yes),
    Kind("ES_NIE", _of("nie", "#-#######-#", "#########"), ("NIE",), ("nie",), ("número de extranjero",), ("numeroNie",), _yes),
    Kind("IT_CODICE_FISCALE", _of("codice"), ("codice fiscale", "C.F."), ("codice_fiscale",), ("Cod. Fisc.", "CF"), ("codiceFiscale",), _yes),
    Kind("PL_PESEL", _of("pesel"), ("PESEL",), ("pesel",), ("numer PESEL", "nr PESEL"), ("peselNumber",)),
    Kind("NL_BSN", _of("bsn", "#########", "####.##.###", "### ### ###"), ("BSN", "burgerservicenummer"), ("bsn",), ("BSN-nummer", "sofinummer"), ("burgerServiceNummer",)),
    Kind("SE_PERSONNUMMER", _of("personnummer", "######-####", "19######-####", "##########"), ("personnummer",), ("personnummer",), ("pers.nr / personnr", "personal identity number"), ("personNummer",), _grouped),
    Kind("IN_AADHAAR", _of("aadhaar", "#### #### ####", "############", "####-####-####"), ("Aadhaar", "Aadhaar number"), ("aadhaar",), ("UIDAI Aadhaar no.", "आधार"), ("aadhaarNumber", "aadhaar_no"), lambda v: " " in v),
    Kind("IN_PAN", _of("pan"), ("PAN", "PAN card"), ("pan",), ("permanent account number",), ("panNumber",), _yes),
    Kind("BR_CPF", _of("cpf", "###.###.###-##", "###########"), ("CPF",), ("cpf",), ("nº do CPF", "inscrito no CPF"), ("cpfNumber", "numero_cpf"), _grouped),
    Kind("BR_CNPJ", _of("cnpj", "##.###.###/####-##", "##############"), ("CNPJ",), ("cnpj",), ("CNPJ da empresa",), ("cnpjNumber",), _grouped),
    Kind("AU_TFN", _of("tfn", "### ### ###", "#########"), ("TFN", "Tax File Number"), ("tfn",), ("tax file no.",), ("taxFileNumber",)),
    Kind("AU_MEDICARE", _of("medicare", "#### ##### #", "##########"), ("Medicare", "Medicare number"), ("medicare",), ("Medicare card no.",), ("medicareNumber",)),
    Kind("CA_SIN", _of("sin", "### ### ###", "###-###-###", "#########"), ("SIN", "Social Insurance Number"), ("sin",), ("social insurance no.", "NAS"), ("socialInsuranceNumber",)),
    Kind("SG_NRIC", _of("nric"), ("NRIC",), ("nric",), ("NRIC/FIN", "IC number"), ("nricNumber",), _yes),
    Kind("JP_MY_NUMBER", _of("my_number", "############", "#### #### ####", "####-####-####"), ("My Number", "マイナンバー"), ("my_number",), ("個人番号", "individual number"), ("myNumber",)),
    Kind("KR_RRN", _of("rrn", "######-#######", "#############"), ("RRN", "주민등록번호"), ("rrn",), ("resident registration number", "주민번호"), ("residentRegistrationNumber",), _grouped),
    Kind("FI_HETU", _of("hetu"), ("hetu",), ("hetu",), ("henkilötunnus",), ("henkilotunnus",), _yes),
    Kind("DK_CPR", _of("cpr", "######-####", "##########"), ("CPR",), ("cpr",), ("CPR-nummer",), ("cprNummer",)),
    Kind("NO_FNR", _of("fnr", "###########", "###### #####"), ("fødselsnummer",), ("fnr",), ("Fødselsnr.",), ("fodselsnummer",), _yes),
    Kind("CH_AHV", _of("ahv", "###.####.####.##", "#############"), ("AHV-Nr.",), ("ahv",), ("Sozialversicherungsnummer", "N° AVS"), ("ahvNummer",), _grouped),
    Kind("BE_NN", _of("nn", "##.##.##-###.##", "###########"), ("Rijksregisternummer",), ("niss",), ("numéro national", "INSZ"), ("rijksregisterNummer",), _grouped),
    Kind("PT_NIF", _of("pt_nif", "#########", "### ### ###"), ("Contribuinte",), ("contribuinte",), ("número de contribuinte",), ("numeroContribuinte",)),
    Kind("AT_VNR", _of("at_vnr", "#### ######", "##########"), ("SVNR",), ("svnr",), ("Sozialversicherungsnummer",), ("svNummer",)),
    Kind("TR_TCKN", _of("tckn"), ("TC Kimlik No",), ("tckn",), ("kimlik numarası",), ("tcKimlikNo",)),
    Kind("MX_CURP", _of("curp"), ("CURP",), ("curp",), ("clave CURP",), ("curpCode",), _yes),
    Kind("ZA_ID", _of("za_id"), ("SA ID number",), ("id_number",), ("South African ID",), ("saIdNumber",)),
    Kind("CZ_RC", _of("rc", "######/####"), ("rodné číslo",), ("rodne_cislo",), ("r.č.",), ("rodneCislo",), _yes),
    Kind("RO_CNP", _of("cnp"), ("CNP",), ("cnp",), ("cod numeric personal",), ("cnpNumber",)),
    Kind("HR_OIB", _of("oib"), ("OIB",), ("oib",), ("osobni identifikacijski broj",), ("oibBroj",)),
    Kind("TH_ID", _of("th_id", "#-####-#####-##-#", "#############"), ("Thai ID",), ("thai_id",), ("เลขประจำตัวประชาชน",), ("thaiNationalId",), _grouped),
    Kind("TW_ID", _of("tw_id"), ("身分證字號",), ("taiwan_id",), ("Taiwan ID",), ("taiwanId",), _yes),
    Kind("HK_HKID", _of("hkid"), ("HKID",), ("hkid",), ("Hong Kong ID",), ("hkidNumber",), _yes),
    Kind("CL_RUT", _of("rut", "##.###.###-#", "########-#"), ("RUT",), ("rut",), ("rol único tributario",), ("rutCliente",)),
    Kind("AR_CUIT", _of("cuit", "##-########-#", "###########"), ("CUIT",), ("cuit",), ("CUIL",), ("cuitNumber",), _grouped),
    Kind("CN_RESIDENT_ID", _of("cn_id"), ("身份证号",), ("id_card",), ("居民身份证",), ("idCardNo",), _yes),
    Kind("EE_IK", _of("isikukood"), ("isikukood",), ("isikukood",), ("Isikukoodi nr",), ("isikuKood",)),
    Kind("BG_EGN", _of("egn"), ("ЕГН",), ("egn",), ("EGN",), ("egnNumber",)),
    Kind("GR_AMKA", _of("amka"), ("ΑΜΚΑ",), ("amka",), ("AMKA",), ("amkaNumber",)),
    Kind("IE_PPS", _of("pps"), ("PPS number",), ("pps",), ("PPSN",), ("ppsNumber",), _yes),
)
_TEAMS = ("red", "blue", "north", "gold", "beta", "core")


def _frames(held: bool) -> tuple[Callable[[Kind, Dice], Text], ...]:
    return _HELD_FRAMES if held else _FRAMES


def _drawn(kind: Kind, dice: Dice) -> str:
    return kind.draw(dice)


def _label(kind: Kind, dice: Dice, held: bool) -> str:
    return dice.choice(kind.held if held else kind.labels)


def _key(kind: Kind, dice: Dice, held: bool) -> str:
    return dice.choice(kind.held_keys if held else kind.keys)


def _between(front: str, back: str, kind: Kind, dice: Dice) -> Text:
    return Text().add(front).add(_drawn(kind, dice), kind.type).add(back)


def _rows(kind: Kind, dice: Dice, header: str, row: tuple[str, str], end: str = "") -> Text:
    text = Text().add(header)
    for _ in range(dice.randint(2, 4)):
        text.add(row[0].format(team=dice.choice(_TEAMS), n=dice.randrange(100, 999))).add(_drawn(kind, dice), kind.type).add(row[1].format(n=dice.randrange(10, 99)))
    return text.add(end)


def _listed(kind: Kind, dice: Dice, front: str, between: str, back: str) -> Text:
    text = Text().add(front)
    for index in range(dice.randint(2, 4)):
        text.add(between if index else "").add(_drawn(kind, dice), kind.type)
    return text.add(back)


_FRAMES: tuple[Callable[[Kind, Dice], Text], ...] = (
    lambda k, d: _between(f"The customer's {_label(k, d, False)} is ", ", as you asked.", k, d),
    lambda k, d: _between(f"- **{_label(k, d, False)}**: ", "\n- Country: n/a", k, d),
    lambda k, d: _between(f"{_label(k, d, False)}: ", "", k, d),
    lambda k, d: _between('{"team": "blue", "' + _key(k, d, False) + '": "', '", "active": true}', k, d),
    lambda k, d: _between("user:\n  team: blue\n  " + _key(k, d, False) + ": ", "\n  plan: pro\n", k, d),
    lambda k, d: _rows(k, d, f"id,team,{_key(k, d, False)},seats\n", ("{n},{team},", ",{n}\n")),
    lambda k, d: _rows(k, d, f"| Team | {_label(k, d, False)} | Seats |\n|---|---|---|\n", ("| {team} | ", " | {n} |\n")),
    lambda k, d: _between(f"INSERT INTO people (team, {_key(k, d, False)}) VALUES ('blue', '", "');", k, d),
    lambda k, d: _between(f"2026-11-02 10:11:12 INFO login user=bo {_key(k, d, False)}=", " ok", k, d),
    lambda k, d: _between("<person><team>blue</team><" + _key(k, d, False) + ">", "</" + "x></person>", k, d),
    lambda k, d: _listed(k, d, f"{_label(k, d, False)}:\n- ", "\n- ", "\n"),
)
_HELD_FRAMES: tuple[Callable[[Kind, Dice], Text], ...] = (
    lambda k, d: _between(f"Sure! I found {_label(k, d, True)} ", " in the file you uploaded last week.", k, d),
    lambda k, d: _between(f"User: what is my {_label(k, d, True)}?\nAssistant: It is ", ".", k, d),
    lambda k, d: _between(f"{_label(k, d, True)} # ", " (verified)", k, d),
    lambda k, d: _between("We have ", f" ({_label(k, d, True)}) on record for him.", k, d),
    lambda k, d: _between('[{"id": 7, "profile": {"' + _key(k, d, True) + '":"', '"}, "tags": []}]', k, d),
    lambda k, d: _between(f"const user = {{ team: 'blue', {_key(k, d, True)}: '", "', age: 41 };", k, d),
    lambda k, d: _rows(k, d, f"team\t{_key(k, d, True)}\tvisits\n", ("{team}\t", "\t{n}\n")),
    lambda k, d: _rows(k, d, f"<table><tr><th>Team</th><th>{_label(k, d, True)}</th></tr>", ("<tr><td>{team}</td><td>", "</td></tr>"), "</table>"),
    lambda k, d: _rows(k, d, f"INSERT INTO t (id, {_key(k, d, True)}, n) VALUES\n", ("({n}, '", "', {n}),\n")),
    lambda k, d: _listed(k, d, '{"' + _key(k, d, True) + 's": ["', '", "', '"]}', ),
    lambda k, d: _listed(k, d, f"## {_label(k, d, True)}\n\n1. ", "\n2. ", "\n"),
    lambda k, d: _between(f"{_key(k, d, True)}: ", "\nstatus: active", k, d),
    lambda k, d: _between(f"GET /v1/people?{_key(k, d, True)}=", "&limit=1 200", k, d) if k.type not in ("IP_ADDRESS",) else _between("peer ", " closed", k, d),
)
_BARE = ("Noted: {} - anything else?", "{}", "Team: blue\n{}\nLisbon", 'x = "{}"')
_HELD_BARE = ("He wrote {} on the form.", "blue;{};ok", "> {}\n\nThanks!", "- blue\n- {}")


def make(dice: Dice, held: bool) -> Iterator[Sample]:
    """Every kind in every frame; those that stand alone also without a label."""
    for kind in KINDS:
        for number, frame in enumerate(_frames(held)):
            for _ in range(PER_KIND):
                yield frame(kind, dice).sample(f"{kind.type} in frame {number}")
        for frame in _HELD_BARE if held else _BARE:
            value = _drawn(kind, dice)
            if kind.alone(value):
                front, back = frame.split("{}")
                yield Text().add(front).add(value, kind.type).add(back).sample(f"{kind.type} alone")


