"""A seller's year as platforms in the EU report it (DAC7), as rows and as XML: a draft.

Elements are called and ordered as in the OECD's schema for digital platforms. It is no filing: what
we do not ask sellers for (tax number, date of birth) and what only a filing has (reference of the
message, of each part, time) is named as missing. No schema is at hand here: `tests/records/dpi.py`
is a check of our own, written after the one that the French tax authority publishes
(DPIXML_v1.1, November 2025, impots.gouv.fr).
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from xml.etree import ElementTree as ET

from django.conf import settings

from billing_site.kernel.money import Money
from records.queries.tax_year import Paid, TaxYear

NAMESPACE = "urn:oecd:ties:dpi:v1"
WHOLE = Decimal(1)
COLUMNS = (
    "seller", "country", "vat_id", "activity", "quarter", "currency", "consideration", "fees",
    "activities", "missing",
)  # fmt: skip
MISSING = "tax number, date of birth or register number, bank account, references of the message"


def rows_of(page: TaxYear) -> list[list[str]]:
    ours = page.organization
    return [
        [
            ours.billed_as,
            ours.country,
            ours.vat_id,
            "personal services",
            f"{page.year}-Q{each.quarter}",
            page.currency,
            f"{each.consideration.amount:f}",
            f"{each.fees.amount:f}",
            str(each.count),
            MISSING,
        ]
        for each in page.paid
    ]


def xml_of(page: TaxYear) -> bytes:
    ET.register_namespace("dpi", NAMESPACE)
    root = ET.Element(_name("DPI_OECD"), version="1.0")
    root.append(ET.Comment(" A draft, not a filing and no advice. Missing: " + MISSING + ". "))
    head = _put(root, "MessageSpec")
    _put(head, "TransmittingCountry", settings.PLATFORM["country"])
    _put(head, "ReceivingCountry", settings.PLATFORM["country"])
    _put(head, "MessageType", "DPI")
    _put(head, "MessageTypeIndic", "DPI401")  # new information
    _put(head, "ReportingPeriod", f"{page.year}-12-31")
    body = _put(root, "DPIBody")
    _operator(_put(body, "PlatformOperator"))
    seller = _put(body, "ReportableSeller")
    standard = _put(_put(_put(seller, "Identity"), "EntitySeller"), "Standard")
    _seller(_put(standard, "EntSellerID"), page)
    work = _put(_put(seller, "RelevantActivities"), "PersonalServices")
    _quarters(_put(work, "Consideration"), page, "ConsQ", lambda each: each.consideration)
    counts = _put(work, "NumberOfActivities")
    for each in page.paid:
        _put(counts, f"NumbQ{each.quarter}", str(each.count))
    _quarters(_put(work, "Fees"), page, "FeesQ", lambda each: each.fees)
    _quarters(_put(work, "Taxes"), page, "TaxesQ", lambda each: each.fees - each.fees)
    ET.indent(root)
    return bytes(ET.tostring(root, encoding="utf-8", xml_declaration=True))


def _operator(parent: ET.Element) -> None:
    facts = settings.PLATFORM
    _put(parent, "ResCountryCode", facts["country"])
    _put(parent, "VAT", facts["vat_id"])
    _put(parent, "Name", facts["name"])
    _put(parent, "PlatformBusinessName", "Countersign")
    address = _put(parent, "Address")
    _put(address, "CountryCode", facts["country"])
    named = (facts["street"], f"{facts['postal_code']} {facts['city']}".strip())
    _put(address, "AddressFree", ", ".join(filter(None, named)) or facts["country"])


def _seller(parent: ET.Element, page: TaxYear) -> None:
    ours = page.organization
    _put(parent, "ResCountryCode", ours.country)
    if ours.vat_id:
        _put(parent, "VAT", ours.vat_id)
    _put(parent, "Name", ours.billed_as)
    address = _put(parent, "Address")
    _put(address, "CountryCode", ours.country)
    _put(address, "AddressFree", ", ".join(ours.address_lines) or ours.country)


def _quarters(
    parent: ET.Element, page: TaxYear, prefix: str, sum_of: Callable[[Paid], Money]
) -> None:
    """The schema knows whole units of the currency only, and none below nothing."""
    for each in page.paid:
        whole = max(sum_of(each).amount.quantize(WHOLE), Decimal(0))
        _put(parent, f"{prefix}{each.quarter}", f"{whole:f}", currCode=page.currency)


def _put(parent: ET.Element, name: str, text: str = "", **attributes: str) -> ET.Element:
    child = ET.SubElement(parent, _name(name), attributes)
    child.text = text or None
    return child


def _name(name: str) -> str:
    return f"{{{NAMESPACE}}}{name}"
