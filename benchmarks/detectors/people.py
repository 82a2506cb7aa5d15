"""Texts about people: names, addresses, dates of birth, passports, licences, medical records, and texts that only look alike.

Templates hold `{what}` for a value that must be found and `{what-}` for one that must not (a date of something else). Development and held-back
data differ in templates and in names.
"""

from __future__ import annotations

import random
import re
import string
from collections.abc import Callable, Iterator

from benchmarks.detectors.sample import Sample, Text

Dice = random.Random
PER_TEMPLATE = 8

# Given and family names, so that half of the held-back ones stand in no lexicon of common names.
NAMES = {
    False: ("Emily Marcus Priya Fatima Diego Ingrid Kwame Sofie Rahul Beatriz Liam Chloé Jürgen Paweł Aoife Noor Tamika Viktor Yasmin Hugo",
            "Carter-Hughes Okonkwo Patel Haddad Fernández Lindqvist Boateng Janssen Mehta Carvalho O'Connor Lefèvre Schröder Kowalski Byrne Rahman Jefferson Petrov Aziz Moreau"),
    True: ("Saoirse Thandiwe Ottoline Bartholomew Xiomara Eirik Zainab Leocadia Fintan Maëlys Wolfgang Agnieszka Dimitri Oluwaseun Harriet Mateo Giulia Sanne Kenji Lucía",
           "Mbeki-Jones Fotheringham Quispe Hauglund Abubakar Zubizarreta McAlister Rousselot Baumgartner Wiśniewska Papadakis Adeyinka Whitcombe Villanueva Ferrari Dijkstra Nakamura Ibáñez Thorne Calloway"),
}
CITIES = (("Dayton", "OH", "454"), ("Boise", "ID", "837"), ("Tulsa", "OK", "741"), ("Reno", "NV", "895"), ("Macon", "GA", "312"))
STREETS = ["Maple", "Harbor", "Chestnut", "Juniper", "Lincoln", "Orchard", "Ridge", "Franklin", "Willow", "Summit"]
MONTHS = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"]
GERMAN = ["Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober", "November", "Dezember"]
FRENCH = ["janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre"]
SPANISH = ["enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre", "octubre", "noviembre", "diciembre"]


def _letters(dice: Dice, size: int) -> str:
    return "".join(dice.choices(string.ascii_uppercase, k=size))


def _digits(dice: Dice, size: int) -> str:
    return dice.choice("123456789") + "".join(dice.choices(string.digits, k=size - 1))


def _date(dice: Dice) -> str:
    day, month, year = dice.randint(1, 28), dice.randint(1, 12), dice.randint(1935, 2012)
    return dice.choice((
        f"{year}-{month:02}-{day:02}", f"{day:02}/{month:02}/{year}", f"{month}/{day}/{year}", f"{day:02}.{month:02}.{year}", f"{day} {MONTHS[month - 1]} {year}",
        f"{MONTHS[month - 1]} {day}, {year}", f"{day}-{MONTHS[month - 1][:3]}-{year}", f"{MONTHS[month - 1][:3]} {day} {year}", f"{year}/{month:02}/{day:02}"))


def _written(months: list[str], form: str) -> Callable[[Dice], str]:
    return lambda dice: form.format(d=dice.randint(1, 28), m=dice.choice(months), y=dice.randint(1935, 2012))


def _american(dice: Dice) -> str:
    town, state, code = dice.choice(CITIES)
    flat = dice.choice(("", "", f" Apt {dice.randint(1, 40)}", f", Suite {dice.randint(100, 900)}"))
    return f"{dice.randint(10, 9999)} {dice.choice(STREETS)} {dice.choice(('St', 'Street', 'Ave', 'Road', 'Drive', 'Lane'))}{flat}, {town}, {state} {code}{dice.randint(10, 99)}"


def _british(dice: Dice) -> str:
    town, area = dice.choice((("Leeds", "LS"), ("York", "YO"), ("Bath", "BA"), ("Norwich", "NR")))
    return f"{dice.randint(1, 200)} {dice.choice(STREETS)} {dice.choice(('Road', 'Close', 'Gardens', 'Street'))}, {town} {area}{dice.randint(1, 20)} {dice.randint(1, 9)}{_letters(dice, 1)}B"


def _passport(dice: Dice) -> str:
    return dice.choice((_digits(dice, 9), _letters(dice, 1) + _digits(dice, 8), _letters(dice, 2) + _digits(dice, 7), _letters(dice, 3) + _digits(dice, 6),
                        f"{_digits(dice, 2)}{_letters(dice, 2)}{_digits(dice, 5)}", f"C{_digits(dice, 2)}X{_digits(dice, 2)}T{_digits(dice, 2)}",
                        _letters(dice, 1) + _digits(dice, 7)))


def _british_licence(dice: Dice) -> str:
    name = (_letters(dice, dice.randint(3, 5)) + "99")[:5]
    return f"{name}{dice.randrange(10)}{dice.choice((0, 50)) + dice.randint(1, 12):02}{dice.randint(1, 28):02}{dice.randrange(10)}{_letters(dice, 1)}9{dice.randrange(10)}{_letters(dice, 2)}"


DRAW: dict[str, tuple[str, Callable[[Dice], str]]] = {
    "dob": ("DATE_OF_BIRTH", _date),
    "dobde": ("DATE_OF_BIRTH", _written(GERMAN, "{d}. {m} {y}")), "dobfr": ("DATE_OF_BIRTH", _written(FRENCH, "{d} {m} {y}")),
    "dobes": ("DATE_OF_BIRTH", _written(SPANISH, "{d} de {m} de {y}")),
    "us": ("ADDRESS", _american), "uk": ("ADDRESS", _british),
    "de": ("ADDRESS", lambda dice: f"{dice.choice(('Lindenstraße', 'Goethestr.', 'Bahnhofstraße', 'Amselweg'))} {dice.randint(1, 99)}, {dice.randint(10115, 99998)} {dice.choice(('Köln', 'Jena', 'Ulm'))}"),
    "fr": ("ADDRESS", lambda dice: f"{dice.randint(1, 99)} {dice.choice(('rue', 'avenue'))} {dice.choice(('Victor Hugo', 'des Lilas', 'de la Gare'))}, {dice.randint(10, 95)}000 {dice.choice(('Lyon', 'Nantes'))}"),
    "es": ("ADDRESS", lambda dice: f"Calle {dice.choice(('Mayor', 'de Alcalá', 'Colón'))} {dice.randint(1, 99)}, {dice.randint(10, 50)}0{dice.randint(10, 99)} {dice.choice(('Madrid', 'Sevilla'))}"),
    "pp": ("PASSPORT", _passport), "mrn": ("MEDICAL_RECORD_NUMBER", lambda dice: dice.choice(("", "MR-", "H")) + _digits(dice, dice.randint(6, 8))),
    "usdl": ("US_DRIVER_LICENSE", lambda dice: dice.choice((_letters(dice, 1) + _digits(dice, 7), _digits(dice, 8), _letters(dice, 1) + _digits(dice, 12)))),
    "ukdl": ("UK_DRIVING_LICENCE", _british_licence),
    "n": ("", lambda dice: _digits(dice, 6)), "now": ("", lambda dice: f"{dice.randint(2019, 2025)}-{dice.randint(1, 12):02}-{dice.randint(1, 28):02}"),
}

DEVELOPMENT = (
    "Name: {p}\nDOB: {dob}\nMRN: {mrn}\nAdmitted: {now}", '{{"full_name": "{p}", "dob": "{dob}", "passport_number": "{pp}"}}',
    '{{"customer": {{"firstName": "{g}", "lastName": "{f}", "address": "{us}"}}, "created": "{now}"}}',
    "id,name,birth_date,city\n1,{p},{dob},Reno\n2,{p},{dob},Elko\n3,{p},{dob},Boise", "| Patient | Date of Birth | MRN |\n|---|---|---|\n| {p} | {dob} | {mrn} |\n| {p} | {dob} | {mrn} |",
    "Dear Mr. {f},\n\nyour order {n} was shipped on {now} to {us}.\n\nKind regards,\n{p}", "From: {p} <someone@example.org>\nTo: {p} <other@example.org>\nSubject: Report {n}\n\nSee below.",
    "My name is {p} and I was born on {dob}.", "Frau {p}, geboren am {dobde}, wohnhaft {de}.", "Nom : {p}\nDate de naissance : {dobfr}\nAdresse : {fr}",
    "Nombre completo: {p}\nFecha de nacimiento: {dobes}\nDomicilio: {es}", "The traveller's passport number is {pp}; the visa was issued on {now}.", "Driver's license: {usdl}, issued {now}",
    "Driving licence {ukdl} belongs to Mrs {p}.", "<patient><name>{p}</name><birthDate>{dob}</birthDate></patient>", "INSERT INTO users (id, full_name, dob) VALUES (1, '{p}', '{dob}'), (2, '{p}', '{dob}');",
    "Attendees: {p}, {p} and {p}. Next meeting {now}.", "- name: {p}\n  role: nurse\n  birthday: {dob}", "user: who is on the list?\nassistant: Customer: {p}, address {uk}, passport {pp}",
    "name\tpassport_no\texpires\n{p}\t{pp}\t{now}\n{p}\t{pp}\t{now}", "Patient ID {mrn} was seen by Dr. {p} on {now}.", "cardholder={p}&amount={n}", "Emergency contact: {p} ({n})", "Best,\n{p}\nHead of Sales",
    "**Full name:** {p}  \n**Address:** {us}  \n**Passport:** {pp}", "full_name: {p} | dob: {dob} | since: {now}",
)
HELD_BACK = (
    "PATIENT NAME: {p}   DATE OF BIRTH: {dob}   CHART NO: {mrn}", '[{{"name":"{p}","birthday":"{dob}"}},{{"name":"{p}","birthday":"{dob}"}}]',
    '{{"employee": {{"given_name": "{g}", "family_name": "{f}", "date_of_birth": "{dob}", "hired": "{now}"}}}}', "customer_name;date_of_birth;street_address;n\n{p};{dob};{us};{n}\n{p};{dob};{us};{n}",
    "| Name | Passport | Expiry |\n|:--|:--|--:|\n| {p} | {pp} | {now} |\n| {p} | {pp} | {now} |\n", "Hello {g},\n\nplease find invoice {n} attached.\n\nMit freundlichen Grüßen\n{p}",
    "Sincerely,\n\n{p}\nDirector of Operations", "Spoke with Ms. {p} ({uk}), DOB {dob}, on {now}.", "Herr {p} (geb. {dobde}) wohnt in der {de}", "Je m'appelle {p}, née le {dobfr}, et j'habite {fr}.",
    "El paciente {p}, nacido el {dobes}, vive en {es}", "Applicant {p} holds passport no. {pp} (valid until {now}).", "DL: {usdl}\nState: OH\nIssued: {now}", "licence_number: {ukdl}\nholder: {p}",
    "<Customer><FullName>{p}</FullName><DOB>{dob}</DOB><Passport>{pp}</Passport></Customer>", "UPDATE staff SET full_name = '{p}', dob = '{dob}' WHERE id = {n};", "Participants: {p}; {p}; {p}",
    "author: {p}\ndate: {now}\ntitle: On the rivers of the north", "Q: What do we know?\nA: The account holder is {p}, her birthday is {dob}, mailing address: {us}", "id  full_name  dob\n1   {p}  {dob}\n2   {p}  {dob}\n",
    "Medical record number {mrn} was merged with MRN {mrn}.", "Signed by: {p}\nWitness: {p}", "account_holder={p};ref={n}", "Passenger: {p}, seat 12A, passport {pp}, flight on {now}", "Ship to:\n{p}\n{us}", "Regards,\n{p}",
    "contact_name: \"{p}\"\nbirth_date: \"{dob}\"", "Reisepass-Nr.: {pp}, ausgestellt am {now}", "Born {dob}, the patient {p} has MRN #{mrn}.", "<tr><th>Name</th><th>DOB</th></tr><tr><td>{p}</td><td>{dob}</td></tr>",
    "Name={p}, Age=42, City=Lyon", "Interviewer: {p}\nCandidate: {p}\nDate: {now}", "Vor- und Nachname: {p}; Geburtsdatum: {dobde}; Anschrift: {de}",
)
# Nothing of these types stands there.
NOTHING = {
    False: (
        "Product name: Orchard Deluxe Blender, released {now}", '{{"name": "get_weather", "parameters": {{"type": "object"}}}}', "Dear Customer,\nyour order {n} is ready.\nKind regards,\nThe Support Team", "Name: N/A\nDOB: N/A\nPassport: none",
        "name,price,stock\nMaple Desk,120,4\nHarbor Lamp,35,9\nWillow Chair,80,2", "Invoice date: {now}\nDue date: {now}\nInvoice no. {n}", "City: San Antonio\nCountry: United States\nName: Deutsche Telekom AG", "class Name: Foo\n    address: str = '0x7fff{n}'",
        "| Name | Type |\n|---|---|\n| Content-Type | header |\n| User Id | integer |\n| Created At | datetime |", "from: 2020-01-01 to: {now}", "Title: The Lord of the Rings\nAuthor: unknown\nBorn in fire, {n} copies sold", "hostname: Maria-DB-{n}, name: MariaDB Server",
        "passport.js {n} downloads; import passport from 'passport'", "IP address: 203.0.113.9, MAC address 00:1b:44:11:3a:b7, email address: x@example.com", "[{now}] INFO Name: Thread Pool Worker", "Hello World, Dear Diary, Best Buy opened on {now}", "species: Homo Sapiens, name: Red Fox",
        "name: Build and Test\non: push\njobs:\n  build:\n    name: Ubuntu Latest", "company,founded\nAcme Corp,{now}\nGlobex Inc,{now}", "company: {{name: Stark Industries, address: none}}", "May June July August, April March",
        "driver version {n}, license: MIT, dl {n} bytes", "file name: Annual Report.pdf, sheet name: Summer Sales", "def customer(name: String, address: Address)", "Manager: Task Manager, Customer: Enterprise Edition", "patient: be patient with me, {n} times",
    ),
    True: (
        "Model name: Falcon Heavy Instruct", '{{"name": "San Diego", "population": {n}}}', '[{{"name": "Golden Gate Bridge"}}, {{"name": "Eiffel Tower"}}]', "Dear Hiring Manager,\nI apply.\nYours faithfully,\nApplicant", "full_name: null\ndob: null\npassport_number: TBD",
        "name;qty;date\nGreen Tea;4;{now}\nDark Roast;7;{now}", "created: {now}, updated: {now}, expires: {now}", "Name: Bank of America\nTicker: BAC", "address = 0x{n}ab; sizeof(Address) == 8", "| Field | Description |\n|---|---|\n| name | Display Name of the Widget |\n| dob | Date of Birth |",
        "Released on {now}; patched on {now}", "Subject: Project Phoenix\nFrom: Build Server\nTo: Dev Team", "Author: Jenkins CI\nDate: {now}\nCommit: {n}", "Contact: Sales Department, phone below", "name: Deploy Production\nruns-on: Self Hosted", "user: Tell me about Paris in May\nassistant: Paris is lovely",
        "Album: Dark Side\nArtist: Pink Floyd Experience\nReleased: {now}", "Best regards from sunny California", "passport control processed {n} travellers on {now}", "The Birth of Venus; Name of the Rose; Born to Run", "Song,Band\nBlue Monday,New Order\nKarma Police,Radiohead", "email: a@example.com, web address: https://example.com/12",
        "Logger name: Root Logger, level: Warning, address: localhost:{n}", "customer: Premium Tier, member: Gold Level", "name,abbr\nNew York,NY\nNew Mexico,NM\nNorth Dakota,ND", "Dr Pepper and Mr Clean are brands", "Recipe name: Caesar Salad; Author: Food Network", "Table: Users\nColumns: Name, Address, Birthday",
        "chart number {nn}: revenue by region, record number of {n} visitors", "state id: active, dl: 12 MB of 40 MB",
    ),
}
_DRAWN = re.compile(r"\{(\w+)\}|(\{\{)|(\}\})")


def _filled(template: str, dice: Dice, held: bool) -> Sample:
    text, done = Text(), 0
    given, family = (names.split() for names in NAMES[held])
    people: dict[str, Callable[[], str]] = {"p": lambda: f"{dice.choice(given)} {dice.choice(family)}", "g": lambda: dice.choice(given), "f": lambda: dice.choice(family)}
    for found in _DRAWN.finditer(template):
        text.add(template[done:found.start()])
        done = found.end()
        if not found[1]:
            text.add(found[0][0])
        elif found[1] in people:
            text.add(people[found[1]](), "PERSON")
        else:
            type_, draw = DRAW.get(found[1], DRAW["n"])
            text.add(draw(dice), type_)
    return text.add(template[done:]).sample(template)


def make(dice: Dice, held: bool) -> Iterator[Sample]:
    """Every template some times, those with nothing in them too."""
    for template in (*(HELD_BACK if held else DEVELOPMENT), *NOTHING[held]):
        for _ in range(PER_TEMPLATE):
            yield _filled(template, dice, held)
