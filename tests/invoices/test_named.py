"""Which invoices the reference of a bank transfer names."""

from __future__ import annotations

import pytest

from billing_site.people.models import NumberPattern, User
from billing_site.people.services import numbering
from invoices.queries.named import documents_named, stands_in
from tests import given
from tests.given import NOON


@pytest.mark.parametrize(
    ("reference", "number", "is_named"),
    [
        ("Invoice acme 2026 1, thanks", "ACME-2026-1", True),
        ("ACME-2026-12", "ACME-2026-1", False),
        ("ACME-2026-1 2", "ACME-2026-1", False),  # banks add spaces
        ("ACME-2026-12", "ACME-2026-12", True),
        ("RE 10001, 10002", "10001", True),
        ("RE 10001, 10002", "10002", True),
        ("RE 110002", "10002", False),
        ("For 2 March", "2", False),
        ("1060.00 for 2026", "2026", False),
    ],
)
def test_a_number_is_no_part_of_another(reference: str, number: str, *, is_named: bool) -> None:
    assert stands_in(reference, number) is is_named


def test_a_digit_is_no_invoice(alice: User, bob: User) -> None:
    """Bob counts his invoices from one, and writes nothing else on them."""
    ours = given.organization(alice)
    numbering.arrange(
        given.organization(bob).pk,
        NumberPattern.Kind.INVOICE,
        pattern="{number}",
        restarts=False,
        first=None,
        by=bob,
        at=NOON,
    )
    invoice = given.paid_invoice(client=alice, freelancer=bob)
    assert invoice.number == "1"
    assert documents_named(ours, "1 March, 1,060.00") == []
    assert documents_named(ours, f"for {invoice.ref.lower()}") == [f"invoice/{invoice.ref}"]
