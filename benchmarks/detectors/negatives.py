"""Hard negatives: texts full of numbers and tokens that are nobody's.

Each template names what it draws in `{braces}`; development and held-back templates differ, and so do the dice.
"""

from __future__ import annotations

import base64
import random
import re
import string
from collections.abc import Callable, Iterator
from uuid import UUID

from stdnum import ean, isbn, luhn

from benchmarks.detectors.sample import Sample

Dice = random.Random
PER_TEMPLATE = 12
_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_VIN = "ABCDEFGHJKLMNPRSTUVWXYZ0123456789"


def _digits(dice: Dice, size: int) -> str:
    return dice.choice("123456789") + "".join(dice.choices(string.digits, k=size - 1))


def _hex(dice: Dice, size: int) -> str:
    return f"{dice.getrandbits(4 * size):0{size}x}"


def _checked(dice: Dice, size: int, digit: Callable[[str], str]) -> str:
    body = _digits(dice, size - 1)
    return body + digit(body)


def _isbn13(dice: Dice) -> str:
    body = "978" + _digits(dice, 9)
    return body + ean.calc_check_digit(body)


def _isbn_hyphens(dice: Dice) -> str:
    number = _isbn13(dice)
    return f"{number[:3]}-{number[3]}-{number[4:6]}-{number[6:12]}-{number[12]}"


def _isbn10(dice: Dice) -> str:
    return str(isbn.to_isbn10(_isbn13(dice)))


def _iso(dice: Dice) -> str:
    return (f"202{dice.randrange(7)}-{dice.randint(1, 12):02}-{dice.randint(1, 28):02}T{dice.randrange(24):02}:{dice.randrange(60):02}:"
            f"{dice.randrange(60):02}.{dice.randrange(10**6):06}Z")


def _floats(dice: Dice) -> str:
    return ", ".join(f"{dice.gauss(0, 3):.{dice.choice((4, 6, 8))}f}" for _ in range(dice.randint(3, 8)))


DRAW: dict[str, Callable[[Dice], str]] = {
    **{f"d{size}": (lambda dice, size=size: _digits(dice, size)) for size in range(1, 25)},
    **{f"h{size}": (lambda dice, size=size: _hex(dice, size)) for size in (4, 6, 7, 8, 12, 16, 32, 40, 56, 64, 128)},
    **{f"H{size}": (lambda dice, size=size: _hex(dice, size).upper()) for size in (4, 6, 8, 12, 16, 32, 40, 64)},
    **{f"A{size}": (lambda dice, size=size: "".join(dice.choices(string.ascii_uppercase, k=size))) for size in range(1, 7)},
    **{f"luhn{size}": (lambda dice, size=size: _checked(dice, size, luhn.calc_check_digit)) for size in (9, 10, 11, 14, 15, 16, 18)},
    "uuid": lambda dice: str(UUID(int=dice.getrandbits(128), version=4)),
    "ulid": lambda dice: "01" + "".join(dice.choices(_CROCKFORD, k=24)),
    "snowflake": lambda dice: str(dice.randrange(10**17, 19 * 10**17)),
    "epoch": lambda dice: str(dice.randrange(1_500_000_000, 1_800_000_000)),
    "ms": lambda dice: str(dice.randrange(1_500_000_000_000, 1_800_000_000_000)),
    "us": lambda dice: str(dice.randrange(1_500_000_000_000_000, 1_800_000_000_000_000)),
    "ns": lambda dice: str(dice.randrange(15 * 10**17, 18 * 10**17)),
    "iso": _iso,
    "date": lambda dice: _iso(dice)[:10],
    "v3": lambda dice: f"{dice.randrange(30)}.{dice.randrange(40)}.{dice.randrange(200)}",
    "v4": lambda dice: f"{dice.randrange(1, 120)}.{dice.randrange(12)}.{dice.randrange(255)}.{dice.randrange(255)}",
    "chrome": lambda dice: f"{dice.randrange(90, 140)}.0.{dice.randrange(4000, 7000)}.{dice.randrange(255)}",
    "win": lambda dice: f"10.0.{dice.choice((19045, 22631, 17763))}.{dice.randrange(9999)}",
    "f": lambda dice: f"{dice.uniform(-9, 9):.{dice.randint(2, 17)}f}",
    "floats": _floats,
    "isbn13": _isbn13, "isbn": _isbn_hyphens, "isbn10": _isbn10,
    "issn": lambda dice: f"{dice.randrange(10**4):04}-{dice.randrange(10**3):03}{dice.choice('0123456789X')}",
    "ean13": lambda dice: _checked(dice, 13, ean.calc_check_digit),
    "ean8": lambda dice: _checked(dice, 8, ean.calc_check_digit),
    "imei": lambda dice: (body := "35" + _digits(dice, 12)) + luhn.calc_check_digit(body),
    "vin": lambda dice: "".join(dice.choices(_VIN, k=11)) + _digits(dice, 6),
    "lat": lambda dice: f"{dice.uniform(-90, 90):.6f}", "lon": lambda dice: f"{dice.uniform(-180, 180):.6f}",
    "price": lambda dice: f"{dice.randrange(1, 99)},{dice.randrange(1000):03}.{dice.randrange(100):02}",
    "big": lambda dice: f"{dice.randrange(1, 999)},{dice.randrange(1000):03},{dice.randrange(1000):03}",
    "b64": lambda dice: base64.b64encode(dice.randbytes(90)).decode(),
    "b64s": lambda dice: base64.b64encode(dice.randbytes(24)).decode(),
    "ups": lambda dice: "1Z" + "".join(dice.choices(string.ascii_uppercase + string.digits, k=6)) + _digits(dice, 10),
    "year": lambda dice: str(dice.randrange(1900, 2027)),
    "n": lambda dice: str(dice.randrange(1, 100)), "nn": lambda dice: f"{dice.randrange(100):02}",
    "b": lambda dice: str(dice.randrange(256)),
    "hms": lambda dice: f"{dice.randrange(24):02}:{dice.randrange(60):02}:{dice.randrange(60):02}",
    "dump": lambda dice: " ".join(_hex(dice, 2) for _ in range(16)),
    "ints": lambda dice: ", ".join(_digits(dice, dice.choice((3, 5, 9, 9, 10, 11))) for _ in range(6)),
}

DEVELOPMENT = (
    "Order {d9} was shipped on {date}.", "Your order number is {d3}-{d7}-{d7}.", "Invoice no. {d10}, total ${price}",
    "order_id: {luhn16}", '{{"orderId": "{d11}", "qty": {n}}}', "Bestellnummer {d11}, Rechnung {d9} vom {date}",
    "Numéro de commande : {d10}", "Pedido {d11} confirmado", "Tracking number: {d12}", "UPS {ups} is out for delivery",
    "FedEx tracking {d4} {d4} {d4}", "USPS {d4} {d4} {d4} {d4} {d4} {d2}", "commit {h40}\nAuthor: dev\nDate: {iso}",
    "git cherry-pick {h7}..{h7}", "sha256:{h64}", "{h64}  dist.tar.gz", "md5 {h32}", "request {uuid} failed after {d3} ms",
    "id={ulid}", "tweet {snowflake}", "message_id: {snowflake}, channel: {snowflake}", "created_at {epoch}", '"ts": {ms}',
    "start_ns={ns} end_ns={ns}", "[{iso}] INFO worker-{n} took {f}s", "Upgrade from {v3} to {v3}", "version {v4}",
    "Chrome/{chrome} Safari/537.36", "Windows {win}", "nvidia-driver {v4}, CUDA {v3}", "tensor([{floats}])",
    "weights = np.array([[{floats}], [{floats}]])", "loss: {f} - accuracy: {f}", "ISBN {isbn}", "ISBN-10: {isbn10}", "ISBN {isbn13}",
    "ISSN {issn}", "doi:10.{d4}/s{d5}-{d3}-{d5}-{n}", "https://doi.org/10.{d4}/j.cell.{year}.{nn}.{d3}", "EAN {ean13}", "barcode {ean8}",
    "IMEI {imei}", "VIN {vin}", "Coordinates: {lat}, {lon}", '{{"lat": {lat}, "lng": {lon}}}', "Price €{price} (was €{price})",
    "Population {big} in {year}", "arXiv:{nn}{nn}.{d5}", "RFC {d4}, section {n}.{n}.{n}", "Part number {A2}-{d5}-{A1}", "SKU {d3}-{d2}-{d4}",
    "00000000  {dump}  |................|", '<img src="data:image/png;base64,{b64}">', "color: #{h6}; margin: {n}px {n}px",
    "@@ -{n},{n} +{d3},{n} @@", "Traceback: File \"a.py\", line {d4}, in <module> at 0x{h12}", "SELECT * FROM t WHERE id IN ({ints});",
    "INSERT INTO items (id, sku, qty) VALUES ({d9}, '{d11}', {n});", "Lakers {d3}, Celtics {d3} ({n}-{n}, {n}-{n})",
    "p < 0.{d3}, n = {d4}, 95% CI {f}-{f}", "Theorem 2.3.{n} (see pp. {d3}-{d3})", "Serial: {d4}-{d4}-{d4}-{d4}", "serial no {luhn15}",
    "ticket #{d8}, case {d9}", "pid {d5}, ppid {d4}, uid {d4}", "port {d5} on 0.0.0.0", "seed = {d10}", "row {d9} of {d10}", "MAC table has {d4} entries",
    "id,amount,qty\n{d9},{price},{n}\n{d9},{price},{n}", "| order | total |\n|---|---|\n| {d10} | {price} |\n| {luhn16} | {price} |",
    "years {year}-{year}, pages {d3}-{d3}", "phone models: Pixel {n}, released {year}", "{d3} {d3} {d3} {d4} steps in total",
    "batch {d12} lot {d8}", "License key {A5}-{d5}-{A5}-{d5}", "Flight {A2}{d4}, booking {A6}", "account balance {price}", "etag \"{h32}\"",
    "trace_id={h32} span_id={h16}", "x = 0x{H8}; y = 0b1011", "session {b64s}", "transaction hash 0x{h64}", "Docket No. {d1}:{nn}-cv-{d5}",
    "patent US{d8}B2", "memory at 0x{h40}", "blob {h40} {d5}", "The model has {d12} parameters and {d11} FLOPs", "{hms},{d3} DEBUG [{d5}] {d9}",
    "UPDATE users SET score={d9} WHERE id={d10}", "CAS {d5}-{nn}-{d1}", "GTIN {d14}", "SIM ICCID 89{d18}", "zip {d5}-{d4}", "tax year {year}",
)
HELD_BACK = (
    "We received purchase order {d10}; expect it by {date}.", "Ref: {d9} / {d9}", "your confirmation number is {d11}", "Rechnungsnr.: {d10}",
    "facture n° {d11} du {date}", "Número de factura: {d9}", "ordine {d10} spedito", "Zamówienie {d11}", "Sendungsnummer {d12}", "parcel {d14} at depot",
    "waybill {d3}-{d8}", '{{"invoice": {{"number": "{d9}", "total": {price}}}}}', "orders:\n  - {d9}\n  - {d10}\n  - {d11}", "HEAD is now at {h8} fix",
    "index {h7}..{h7} 100644", "Digest: sha512-{b64}==", "integrity sha256-{b64s}", "checksum={h56}", "correlationId: {uuid}", "urn:uuid:{uuid}",
    "ulid {ulid} ok", "discord guild {snowflake}", '"user_id": {snowflake}', "expires={epoch}; max-age={d5}", "lastModified: {ms}", "timestamp_us {us}",
    "kernel: [{d5}.{d6}] eth0 up", "Requires glibc >= {v3}; have {v3}", "Firefox {v4} release notes", "build {win}", "app version {v4} (build {d9})",
    "pip install torch=={v3} numpy=={v3}", "mean={f} std={f} min={f}", "[[{floats}],\n [{floats}]]", "epoch {n}/{n} step {d6} loss {f}", "eISSN {issn}",
    "978-style code: {isbn}", "| isbn | title |\n|---|---|\n| {isbn13} | X |", "UPC/EAN: {ean13}", "device imei={imei}", "chassis {vin}", "at {lat}N {lon}E",
    "GPS: ({lat}, {lon}), alt {d4} m", "GDP was {big} million in {year}", "cost = {price} USD", "Smith et al. ({year}), vol. {nn}({n}), pp. {d4}–{d4}",
    "10.{d4}/nature{d5}", "PMID: {d8}; PMCID: PMC{d7}", "NCT{d8} trial", "see RFC {d4} and RFC {d4}", "P/N {d6}-{d3} rev {A1}", "model {A3}{d4}{A1}",
    "0x{H8}: {dump}", "url(data:font/woff2;base64,{b64})", "rgba({b}, {b}, {b}, 0.{n}); #{h6}", "--- a/x\n+++ b/x\n@@ -{d3},{n} +{d3},{n} @@",
    "    at com.acme.Foo(Foo.java:{d4}) [id={d10}]", "DELETE FROM logs WHERE id BETWEEN {d10} AND {d11};", "({d9},'a',{d3}),\n({d9},'b',{d3})",
    "VALUES ({d10}, '{iso}', {d5})", "Set scores {n}-{n} {n}-{n} {n}-{n}", "r = 0.{d4}; t({d3}) = {f}; N={d5}", "chi-square {f}, df {n}", "S/N {d12}",
    "serialNumber={d15}", "support case {d10} closed", "[{d5}:{d6}:{iso}:ERROR] code {d9}", "listening on :::{d4}", "random_state={d9}", "offset {d11} length {d9}",
    "sku;qty;price\n{d8};{n};{price}\n{d10};{n};{price}", "| id | hash |\n|---|---|\n| {d9} | {h40} |", "item_id\tcount\n{d11}\t{n}\n{d11}\t{n}",
    "rows {d9} to {d9}", "in {year}, {d3} {d3} {d3} people", "lot no. {d9}, expires {date}", "activation: {A4}{d4}-{d4}{A4}", "gate {n}, seat {n}{A1}, PNR {A6}",
    "assets {big}, debts {big}", "If-None-Match: W/\"{h16}\"", "traceparent: 00-{h32}-{h16}-01", "ptr = 0x{h16}", "cookie={b64s}", "block 0x{h64} mined",
    "Case {d1}:{nn}-cr-{d5}-{A3}", "EP{d7}A1", "object {h40}", "{d13} tokens seen, {d12} kept", "thread-{d9} lock {d10}", "student scored {d3} of {d3}",
    "counter_total {d12}", "GTIN-14 {d14}; GLN {ean13}", "ICCID: 89{d17}", "ZIP+4 {d5}-{d4}", "fiscal {year}/{nn}", "extension {d4}, room {d3}",
    "{d5}-{d4}-{nn} NDC drug code", "phone screen size {d1}.{d1} inches, {d4}x{d4}", "the card game has {nn} cards, code {d16}", "SWIFT code of practice {year}",
    "call_id={d10} call={h12}", "tel aviv population {d6}", "fax_id {d9}", "mail server {v4} released", "IP rating {d2}, ip={d3}",
    "the tax is {d2}.{d2}% on {price}", "account {h8}, id {d10}", "social score {d9}", "patient count {d9}", "passport office handled {d9} requests",
)
_DRAWN = re.compile(r"\{(\w+)\}|(\{\{)|(\}\})")


def make(dice: Dice, held: bool) -> Iterator[Sample]:
    """Every template some times."""
    for template in HELD_BACK if held else DEVELOPMENT:
        for _ in range(PER_TEMPLATE):
            text = _DRAWN.sub(lambda found: DRAW[found[1]](dice) if found[1] else (found[0][0]), template)
            yield Sample(text, [], template)
