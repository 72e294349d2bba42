"""Each row says what it is about and leads there, whatever the books call it."""

from __future__ import annotations

import pytest
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from billing_site.people.models import User
from invoices.models import Invoice
from ledger import movements
from ledger.queries import records
from ledger.queries.records import Wanted
from ledger.services.posting import post
from payments.models import Charge, Chargeback, Settlement
from payments.services import credit, goodwill
from records.queries.documents import about
from tests import given, given_disputes
from tests.given import EUR, NOON
from tests.records.sums import every_row
from tests.signing_in import session_of

pytestmark = pytest.mark.django_db


def owed_again(charge: Charge) -> None:
    """A bank took ten back after they were released."""
    ten = EUR("10.00")
    case = Chargeback.objects.create(
        charge=charge,
        dispute_id="D1",
        currency="EUR",
        amount=ten,
        said="warning_needs_response",
        opened_at=NOON,
    ).ref
    post(movements.open_chargeback(case=case, amount=ten, cost=EUR("0.00"), at=NOON))
    post(movements.reopen_receivable(case=case, client=charge.client_id, amount=ten, at=NOON))


def test_what_has_no_document_of_its_own_leads_to_that_of_its_payment(
    alice: User, bob: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    invoice: Invoice = given.paid_invoice(client=alice, freelancer=bob)
    ada, charge = given.organization(alice), Charge.objects.get()
    owed_again(charge)
    goodwill.give(ada, amount=EUR("50.00"), ref="G1", by=alice, at=NOON)
    ten = EUR("10.00")
    post(movements.receive_unmatched(stray="S1", amount=ten, at=NOON))
    post(movements.match_receipt(stray="S1", charge=charge.ref, client=ada.pk, amount=ten, at=NOON))
    post(
        movements.keep_payment(
            settlement=f"{charge.ref}/T1", charge=charge.ref, client=ada.pk, amount=ten, at=NOON
        )
    )
    credit.send_back(ada, amount=ten, by=alice, at=NOON)

    found = {row.kind: row for row in every_row(ada)}
    lost = found["reopen_receivable"]
    assert (lost.about.contract_ref, lost.other) == (invoice.contract.ref, "Bob & Co")
    assert lost.about.url == found["fund_escrow"].about.url != ""
    for kind in ("match_receipt", "keep_payment", "send_credit_back"):
        assert found[kind].about.url == reverse("payment", args=[charge.ref]), kind
    assert found["give_goodwill"].about.title == "Over a question to our staff"
    page = session_of(alice).get(reverse("records")).content.decode()
    assert "Over a question to our staff" in page
    rows = records.page(Wanted(ada.pk, "EUR"))
    with django_assert_num_queries(2):
        assert len(about(rows)) == len(rows)


def test_what_a_bank_took_of_two_leads_to_the_payment(alice: User, bob: User) -> None:
    given.paid_invoice(client=alice, freelancer=bob)
    ada, charge = given.organization(alice), Charge.objects.get()
    Settlement.objects.create(
        charge=charge,
        document="transfer/T1",
        title="Another part",
        currency="EUR",
        amount=EUR("1.00"),
        credit=EUR("0.00"),
        kept=EUR("0.00"),
    )
    owed_again(charge)

    of = every_row(ada, group="back")[0].about
    assert (of.url, of.contract) == (reverse("payment", args=[charge.ref]), "")


def test_a_share_of_an_arbitration_is_about_what_is_contested() -> None:
    case = given_disputes.opened()
    ada = given.organization(case.alice)
    goodwill.give(ada, amount=EUR("50.00"), ref="G1", by=case.alice, at=NOON)
    post(
        movements.hold_arbitration_share(
            case=case.dispute.ref,
            share="S1",
            holder=ada.pk,
            is_client=True,
            amount=EUR("50.00"),
            at=NOON,
        )
    )

    (row,) = [row for row in every_row(ada) if row.kind == "hold_arbitration_share"]
    assert row.about.url == reverse("invoice", args=[case.dispute.invoice.ref])
    assert row.about.trail_url
    assert row.other == "Bob & Co"
