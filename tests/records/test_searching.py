"""What somebody has on paper finds its rows, and no others: a number, a reference, a sum."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from billing_site.kernel.transitions import NotAllowed
from billing_site.people.models import User
from invoices.services import expenses, invoicing
from ledger import movements
from ledger.services.posting import post
from payments.models import Charge, Escrow
from payments.services import goodwill
from records.queries.transactions import Asked, Row, transactions
from records.services import exports
from tests import given
from tests.given import EUR, NOON
from tests.records.sums import every_row
from tests.signing_in import session_of

pytestmark = pytest.mark.django_db


def kinds(user: User, **asked: Any) -> list[str]:
    found = transactions(given.organization(user), Asked(**asked)).rows
    return sorted(row.kind for row in found)


def test_a_number_finds_its_own_invoice_and_a_reference_its_row(alice: User, bob: User) -> None:
    first = given.paid_invoice(client=alice, freelancer=bob, price=EUR("400.00"))
    contract = first.contract
    other = given.expense(contract, by=bob)
    second = expenses.invoice(contract.pk, [other.ref], by=bob, at=NOON)
    second = invoicing.submit(second.pk, message="Tickets.", by=bob, at=NOON)
    invoicing.approve(second.pk, by=alice, at=NOON)
    second.refresh_from_db()
    post(
        movements.pay_invoice(
            settlement=f"C9/{second.ref}", charge="C9", client=contract.client_id,
            freelancer=contract.freelancer_id, gross=EUR("200.00"), client_fee=EUR("0.00"),
            client_fee_tax=EUR("0.00"), client_tax_country="AT", freelancer_fee=EUR("0.00"),
            freelancer_fee_tax=EUR("0.00"), freelancer_tax_country="AT", at=NOON,
        )
    )  # fmt: skip
    goodwill.give(contract.client, amount=EUR("50.00"), ref="G0000000001", by=alice, at=NOON)
    of_first = ["fund_escrow", "release_escrow"]

    assert kinds(alice, query=first.number) == of_first
    assert kinds(alice, query=second.number) == ["pay_invoice"]
    assert kinds(bob, query=first.number) == ["release_escrow"]
    assert kinds(alice, query=contract.title) == ["fund_escrow", "pay_invoice", "release_escrow"]
    assert kinds(alice, query=Escrow.objects.get().ref.lower()) == of_first
    assert kinds(alice, query=Charge.objects.get().ref) == ["fund_escrow"]
    assert kinds(alice, query="g0000000001") == ["give_goodwill"]
    assert kinds(alice, query=first.number, contract=contract.ref) == of_first
    assert kinds(alice, query=first.number, amount=EUR("424.00")) == ["fund_escrow"]
    assert kinds(alice, query="c9", contract="NONE") == []


def test_every_sum_that_is_printed_is_found(alice: User, bob: User) -> None:
    """A release is printed as 420.00, which is on no line of the books: 400 and 20 are."""
    invoice = given.paid_invoice(client=alice, freelancer=bob, price=EUR("400.00"))
    ada, ben = given.organization(alice), given.organization(bob)
    goodwill.give(ada, amount=EUR("50.00"), ref="G1", by=alice, at=NOON)
    fees: dict[str, Any] = {
        "client_fee": EUR("10.00"), "client_fee_tax": EUR("2.00"), "client_tax_country": "AT",
        "freelancer_fee": EUR("20.00"), "freelancer_fee_tax": EUR("4.00"),
        "freelancer_tax_country": "AT",
    }  # fmt: skip
    post(
        movements.pay_invoice(
            settlement="C1/I1", charge="C1", client=ada.pk, freelancer=ben.pk,
            gross=EUR("200.00"), from_credit=EUR("50.00"), at=NOON, **fees,
        )
    )  # fmt: skip

    assert invoice.number
    for ours in (ada, ben):
        rows = every_row(ours)
        for row in rows:
            found: list[Row] = transactions(ours, Asked(amount=abs(row.gross))).rows
            assert row.number in [each.number for each in found], (row.kind, row.gross)
            assert len(found) < len(rows) or len(rows) == 1
    assert kinds(alice, amount=EUR("420.00")) == ["release_escrow"]
    assert kinds(bob, amount=EUR("200.00")) == ["pay_invoice"]
    assert kinds(bob, amount=EUR("420.00")) == []


def test_what_is_left_out_of_a_search_is_said(alice: User, bob: User, monkeypatch: Any) -> None:
    for _ in range(2):
        given.paid_invoice(client=alice, freelancer=bob)
    monkeypatch.setattr("records.queries.searching.MOST", 1)

    browser = session_of(alice)
    page = browser.get(reverse("records"), {"q": "Brand"})
    assert "Be more exact" in page.content.decode()
    assert {row.kind for row in page.context["list"].rows} == {"fund_escrow", "release_escrow"}
    assert len(page.context["list"].rows) == 2
    assert "Be more exact" not in browser.get(reverse("records")).content.decode()
    with pytest.raises(NotAllowed, match="Be more exact"):
        exports.request(
            given.organization(alice),
            Asked(currency="EUR", query="Brand"),
            format_="csv",
            by=alice,
            at=NOON,
        )
