"""Documents as e-invoices: valid by the rules, in a PDF that says so, or said not to be."""

from __future__ import annotations

from typing import Any

import pytest
from lxml import etree

from invoices.documents import einvoice, facturx
from invoices.documents.arithmetic import broken_sums
from invoices.documents.cii import NAMESPACES
from invoices.documents.freezing import Frozen
from tests.given import NOON
from tests.invoices.einvoice import LINE, PARTY, document, row

pytestmark = pytest.mark.django_db


def untaxed(treatment: str, **facts: Any) -> Frozen:
    return document(
        lines=[{**LINE, "treatment": treatment, "bps": 0}],
        taxes=[row(treatment, 0, "1000.00", "0.00")],
        tax="0.00",
        gross="1000.00",
        paid="1000.00",
        **facts,
    )


TWO_RATES = document(
    lines=[
        LINE,
        {**LINE, "description": "Print", "bps": 1000, "quantity": "2.5", "unit": "hour",
         "unit_price": "40.20", "amount": "100.50"},
        {**LINE, "description": "Books", "treatment": "standard", "bps": 0,
         "unit_price": "10.00", "amount": "10.00"},
    ],
    taxes=[
        row("standard", 2000, "1000.00", "200.00"),
        row("standard", 1000, "100.50", "10.05"),
        row("standard", 0, "10.00", "0.00"),
    ],
    net="1110.50", tax="210.05", gross="1320.55", paid="0.00", due_on="2026-04-02",
    paid_words="Payable within 30 days",
)  # fmt: skip
DISCOUNTED = document(
    lines=[{**LINE, "unit_price": "1100.00", "discount": "100.00"}],
    taxes=[row("standard", 2000, "950.00", "190.00", discount="50.00")],
    discount="50.00", net="950.00", tax="190.00", gross="1140.00", paid="1140.00",
)  # fmt: skip
NOBODY = {**PARTY, "vat_id": ""}
VALID = {
    "standard": document(),
    "two rates, to be paid": TWO_RATES,
    "discounted": DISCOUNTED,
    "reverse charge": untaxed("reverse_charge"),
    "exempt, with a VAT ID": untaxed("exempt"),
    "exempt, not registered": untaxed("exempt", issuer=NOBODY),
    "outside": untaxed("outside"),
    "from Norway": untaxed(
        "reverse_charge", issuer={**PARTY, "country": "NO", "vat_id": "974760673MVA"}
    ),
    "credit note": document(
        kind="Credit note", corrects={"number": "OKA-2026-000001", "issued_on": "2026-03-03"}
    ),
    "in yen": document(
        currency="JPY",
        lines=[{**LINE, "unit_price": "1001", "amount": "1001"}],
        taxes=[row("standard", 2000, "1001", "200")],
        net="1001",
        tax="200",
        gross="1201",
        paid="1201",
    ),
    "in dinars": document(
        currency="KWD",
        lines=[{**LINE, "unit_price": "12.340", "amount": "12.340"}],
        taxes=[row("standard", 2000, "12.340", "2.470")],  # 2.468
        net="12.340",
        tax="2.470",
        gross="14.810",
        paid="14.810",
    ),
    "a consumer": document(recipient={**NOBODY, "country": "DE"}),
}
BROKEN = {
    "BR-CO-13": document(lines=[{**LINE, "amount": "999.99"}]),
    "BR-CO-14": document(tax="199.99", gross="1199.99", paid="1199.99"),
    "BR-CO-15": document(gross="1200.01"),
    "BR-CO-17": document(
        taxes=[row("standard", 2000, "1000.00", "190.00")], tax="190.00", gross="1190.00",
        paid="1190.00",
    ),
    "BR-06": document(issuer={**PARTY, "name": ""}),
    "BR-09": document(issuer={**PARTY, "country": ""}),
    "BR-AE-02": untaxed("reverse_charge", recipient=NOBODY),
    "BR-S-02": document(issuer=NOBODY),
    "BR-DEC-23": document(
        lines=[{**LINE, "amount": "1000.001"}],
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", VALID)
def test_what_we_issue_is_valid_by_every_rule(kind: str) -> None:
    _, verdict = einvoice.check(VALID[kind], at=NOON)

    assert verdict.broken == []
    assert verdict.is_valid
    assert "factur-x" in verdict.checked_by


@pytest.mark.parametrize("rule", BROKEN)
def test_what_is_wrong_is_found_by_its_rule(rule: str) -> None:
    _, verdict = einvoice.check(BROKEN[rule], at=NOON)

    assert rule in {each["rule"] for each in verdict.broken}
    assert not verdict.is_valid


@pytest.mark.parametrize("name", ["net", "tax", "gross"])
def test_a_cent_that_is_not_there_is_found_by_our_own_sums(name: str) -> None:
    """Rules of e-invoices forgive some; we do not."""
    for kind, frozen in VALID.items():
        assert broken_sums(frozen) == [], kind
        cent_more = f"{float(frozen[name]) + 0.01:.2f}"
        assert broken_sums({**frozen, name: cent_more}), kind


def test_the_sums_of_the_data_are_those_of_the_document() -> None:
    root = etree.fromstring(facturx.xml_of(DISCOUNTED))

    def said(name: str) -> list[str]:
        return [each.text for each in root.iterfind(f".//ram:{name}", NAMESPACES)]

    assert said("LineTotalAmount") == ["1000.00", "1000.00"]
    assert said("AllowanceTotalAmount") == ["50.00"]
    assert said("GrandTotalAmount") == ["1140.00"]
    assert said("DuePayableAmount") == ["0.00"]
