"""Whole answers of models in which several kinds of numbers stand beside each other and beside numbers that are nobody's."""

from __future__ import annotations

import random
from collections.abc import Iterator

from benchmarks.detectors.sample import Sample, marked
from tests.detectors import generate

Dice = random.Random
PER_TEMPLATE = 8

DEVELOPMENT = (
    "Here is the record you asked for:\n\n**Name**: (withheld)\n**SSN**: «US_SSN:<ssn:###-##-####>»\n**Employer EIN**: «US_EIN:<ein:##-#######>»\n"
    "**Routing**: n/a\n**Order**: <9:digit>\n**Phone**: «PHONE:+1 415-555-0132»",
    "The taxpayer (SIN «CA_SIN:<sin:### ### ###>») has a US affiliate with EIN «US_EIN:<ein:##-#######>». Invoice <9:digit> is unpaid.",
    '{"customer":{"cpf":"«BR_CPF:<cpf>»","cnpj":"«BR_CNPJ:<cnpj>»","pedido":"<11:digit>","telefone":"«PHONE:+55 11 96123-4567»"}}',
    "Mitarbeiter 4711: Steuer-ID «DE_TAX_ID:<idnr>», IBAN «IBAN:<iban:DE>», BIC «BIC:<bic>», Personalnummer 0815, Rechnung <11:digit>.",
    "Paciente con DNI «ES_NIF:<nif>», teléfono «PHONE:+34 612 345 678», número de historia 55821, pedido <9:digit>.",
    "log: 2026-01-02T03:04:05Z host=«IP_ADDRESS:<ip>» mac=«MAC_ADDRESS:<mac>» build=10.4.22.1 trace=<32:hex> user=«EMAIL:ann.lee@corp.example»",
    "| field | value |\n|---|---|\n| NHS number | «UK_NHS:<nhs:### ### ####>» |\n| NINO | «UK_NINO:<nino>» |\n| Hospital order | <10:digit> |",
    "bsn,postcode,klantnr\n«NL_BSN:<bsn>»,1011AB,<9:digit>\n«NL_BSN:<bsn>»,3511CD,<9:digit>\n",
    "Aadhaar «IN_AADHAAR:<aadhaar:#### #### ####>» and PAN «IN_PAN:<pan>» were verified; the consignment number is <12:digit>.",
    "The card «CREDIT_CARD:<card:visa>» was charged for order <16:digit> (tracking 1Z999AA1<10:digit>).",
    "codice fiscale «IT_CODICE_FISCALE:<codice>», tel. «PHONE:+39 06 698 12345», fattura n. <11:digit>",
    "TFN: «AU_TFN:<tfn:### ### ###>»; Medicare: «AU_MEDICARE:<medicare:#### ##### #>»; ABN lookup ref <11:digit>",
    "PESEL «PL_PESEL:<pesel>», telefon «PHONE:+48 512 345 678», numer zamówienia <11:digit>, faktura <10:digit>",
)
HELD_BACK = (
    "I checked the HR file. Her National Insurance number is «UK_NINO:<nino:## ## ## ## #>» and the NHS number on the referral reads «UK_NHS:<nhs>». "
    "The purchase order for the desk was <10:digit>.",
    "Of course! To file the form you need:\n1. Your SSN («US_SSN:<ssn>»)\n2. Your spouse's SSN («US_SSN:<ssn:### ## ####>»)\n3. Confirmation number <9:digit>",
    "from dataclasses import dataclass\n\nalice = Person(sin=\"«CA_SIN:<sin>»\", ssn=\"«US_SSN:<ssn:###-##-####>»\", sku=\"<9:digit>\", seed=<9:digit>)",
    "people = [\n    {'bsn': '«NL_BSN:<bsn>»', 'iban': '«IBAN:<iban:NL>»', 'invoice': '<9:digit>'},\n    {'bsn': '«NL_BSN:<bsn>»', 'iban': '«IBAN:<iban:NL>»', 'invoice': '<9:digit>'},\n]",
    "<employee id=\"<6:digit>\"><steuerId>«DE_TAX_ID:<idnr>»</steuerId><iban>«IBAN:<iban:DE>»</iban><auftrag><11:digit></auftrag></employee>",
    "Agent: could you confirm the CPF?\nCliente: «BR_CPF:<cpf>»\nAgent: obrigado. O protocolo é <10:digit>.",
    "M. Martin, numéro de sécurité sociale «FR_NIR:<nir:# ## ## ## ### ### ##>», joignable au «PHONE:06 12 34 56 78», commande n° <10:digit>.",
    "| Empleado | NIF | NIE | Pedido |\n|---|---|---|---|\n| A | «ES_NIF:<nif>» | - | <8:digit> |\n| B | - | «ES_NIE:<nie>» | <8:digit> |",
    "employee_id,national_id_type,pesel,order_no\n17,PESEL,«PL_PESEL:<pesel>»,<11:digit>\n18,PESEL,«PL_PESEL:<pesel>»,<11:digit>",
    "users:\n  - email: «EMAIL:j.doe@mail.example.org»\n    personnummer: «SE_PERSONNUMMER:<personnummer:######-####>»\n    order: <10:digit>\n"
    "  - email: «EMAIL:k@example.se»\n    personnummer: «SE_PERSONNUMMER:<personnummer:##########>»\n    order: <10:digit>",
    "お客様のマイナンバーは「«JP_MY_NUMBER:<my_number:#### #### ####>»」、注文番号は<12:digit>です。",
    "고객 주민등록번호: «KR_RRN:<rrn:######-#######>», 주문번호 <13:digit>, 전화 «PHONE:010-2345-6789»",
    "客户身份证号码是«CN_RESIDENT_ID:<cn_id>»,订单号<18:digit>,邮箱«EMAIL:wang.wei@mail.example.cn»。",
    "NRIC «SG_NRIC:<nric>» matched; case <8:digit> closed. FIN holder «SG_NRIC:<nric>» pending.",
    "PAN card: «IN_PAN:<pan>»\nUIDAI: «IN_AADHAAR:<aadhaar>»\nApplication no: <12:digit>",
    "INSERT INTO patients (mrn_src, nhs_number, phone, invoice_no) VALUES ('x', '«UK_NHS:<nhs>»', '«PHONE:020 7946 0958»', '<10:digit>');",
    "SELECT * FROM kyc WHERE tfn = '«AU_TFN:<tfn>»' OR medicare_no = '«AU_MEDICARE:<medicare>»' -- ticket <9:digit>",
    "curl -X POST https://api.example.com/kyc -d '{\"ssn\":\"«US_SSN:<ssn>»\",\"requestId\":\"<9:digit>\",\"ip\":\"«IP_ADDRESS:<ip>»\"}'",
    "Payment went from «IBAN:<iban:AT>» (SWIFT «BIC:<bic>») to wallet «CRYPTO_ADDRESS:<btc>», reference <12:digit>, hash <64:hex>.",
    "card_no=«CREDIT_CARD:<card:mastercard>»&exp=12/28&order=<16:digit>&amex=«CREDIT_CARD:<amex>»",
    "The SSN on the W-2 that you uploaded in the second message of our conversation is «US_SSN:<ssn:###-##-####>».",
    "Ihre Sozialversicherungsnummer («CH_AHV:<ahv:###.####.####.##>») und Bestellung <13:digit> liegen vor.",
    "My ITIN: «US_ITIN:<itin:###-##-####>» (not SSN). Box 12: <9:digit> units.",
    "Contribuinte n.º «PT_NIF:<pt_nif>», fatura <9:digit>, encomenda <9:digit>.",
    "sessions\tclient_ip\tbytes\n12\t«IP_ADDRESS:<ip>»\t<9:digit>\n13\t«IP_ADDRESS:<ip>»\t<9:digit>",
    "rodné číslo «CZ_RC:<rc:######/####>», CPR «DK_CPR:<cpr:######-####>», fødselsnummer «NO_FNR:<fnr>», hetu «FI_HETU:<hetu>»",
    "Call the Berlin office on «PHONE:030 901820» or mobile «PHONE:0171 2345678»; the ticket is 030-901820-77.",
    "Contacts: «PHONE:(212) 555-0123», «PHONE:+44 20 7946 0958», «PHONE:+33 6 12 34 56 78»; ISBN 978-3-16-148410-0; SKU 212-55-0123",
)


def make(dice: Dice, held: bool) -> Iterator[Sample]:
    """Every template some times."""
    for template in HELD_BACK if held else DEVELOPMENT:
        for _ in range(PER_TEMPLATE):
            yield marked(generate.fill(template, dice), template[:60])
