"""A bank took what was held for a milestone: what is left of it is billed, and once."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, connection, transaction

from billing_site.kernel.money import show
from billing_site.people.models import Organization, User
from billing_site.platform import clock
from billing_site.platform.models import Letter
from invoices.models import FeeInvoice, Invoice, Milestone
from invoices.queries import costs
from invoices.services import ending, invoicing, refund_requests
from payments.models import Charge, Escrow, Lot
from tests import given, given_payments
from tests.given import EUR, NOON
from tests.invoices.books import assert_every_law_holds
from tests.invoices.lost import DAY, lost
from tests.payments.given_chargebacks import decided
from tests.signing_in import session_of

pytestmark = pytest.mark.django_db
PART = EUR("635.70")  # of 1,059.50: six tenths of it


def delivered(alice: User, bob: User) -> Invoice:
    """Bob delivered for 1,000, which Alice had paid by a real payment."""
    milestone = given.funding_milestone(client=alice, freelancer=bob)
    given_payments.paid(given_payments.opened(Charge.objects.get()))
    return invoicing.deliver(milestone.pk, message="All.", uploads=(), by=bob, at=NOON + DAY)


def test_what_is_left_of_a_milestone_is_approved(alice: User, bob: User) -> None:
    Organization.objects.filter(pk=given.organization(alice).pk).update(document_language="de")
    invoice = delivered(alice, bob)
    own = "The client's bank took back a card.\n\nIt is not about this."
    Invoice.objects.update(note=own)
    page = invoice.get_absolute_url()
    part = Charge.objects.get().amount * 6 / 10
    lost(Charge.objects.get(), at=NOON + 2 * DAY, part=part)
    lost(Charge.objects.get(), at=NOON + 3 * DAY, part=part / 6)

    invoice.refresh_from_db()
    held = Escrow.objects.get()
    assert (invoice.state, invoice.gross) == ("submitted", held.remaining)
    assert EUR("299.00") < invoice.gross < EUR("301.00")
    first, said = invoice.note.split(f"{own}\n")
    assert first == "", "It is the freelancer's, and stays."
    assert said.startswith("Die Bank des Auftraggebers hat ")
    assert said.count("zurückgeholt") == 1
    letters = [letter.text for letter in Letter.objects.filter(subject__contains="now")]
    assert len(letters) == 4
    with clock.pinned(NOON + 4 * DAY):
        found = session_of(alice).get(page).content.decode()
    assert "took back" in found
    invoicing.approve(invoice.pk, by=alice, at=NOON + 5 * DAY)

    invoice.refresh_from_db()
    lot = Lot.objects.get()
    assert (invoice.state, lot.gross) == ("paid", invoice.gross)
    fee = FeeInvoice.objects.get(side="freelancer")
    assert (fee.net, fee.base) == (lot.fee, lot.net)
    assert invoice.says["remark"] == f"{own}\n{said}"
    assert invoice.says["gross"] == f"{invoice.gross.amount:.2f}"
    assert_every_law_holds()


def test_no_other_sum_of_what_was_seen_changes(alice: User, bob: User) -> None:
    """Nor where nothing was taken, nor to anything but what is left."""
    delivered(alice, bob)
    lower = "UPDATE invoices_invoice SET gross = gross - 1, net = net - 1"
    less = "UPDATE invoices_invoiceline SET discount_share = 1"
    refused = [lower, less]
    for statement in refused:
        with pytest.raises(DatabaseError, match="once it is seen"), transaction.atomic():
            connection.cursor().execute(statement)
    lost(Charge.objects.get(), at=NOON + 2 * DAY, part=PART)
    for statement in refused:
        with pytest.raises(DatabaseError, match="once it is seen"), transaction.atomic():
            connection.cursor().execute(statement)


def test_silence_approves_what_is_left(alice: User, bob: User) -> None:
    invoice = delivered(alice, bob)
    lost(Charge.objects.get(), at=NOON + 2 * DAY, part=PART)

    invoicing.approve_unanswered(at=NOON + 30 * DAY)

    invoice.refresh_from_db()
    assert (invoice.state, invoice.gross) == ("paid", Lot.objects.get().gross)
    assert_every_law_holds()


def test_what_is_delivered_later_is_billed_for_what_is_left(alice: User, bob: User) -> None:
    milestone = given.funding_milestone(client=alice, freelancer=bob)
    given_payments.paid(given_payments.opened(Charge.objects.get()))
    case = lost(Charge.objects.get(), at=NOON + DAY, part=PART)
    with clock.pinned(NOON + 2 * DAY):
        page = session_of(bob).get(milestone.get_absolute_url()).content.decode()
    assert "Taken back by the client&#x27;s bank" in page
    gets = show(costs.asked_of(Escrow.objects.get()).net_to_freelancer)
    assert gets in page
    invoice = invoicing.deliver(milestone.pk, message="All.", uploads=(), by=bob, at=NOON + 2 * DAY)
    assert invoice.gross == Escrow.objects.get().remaining
    assert invoice.gross < milestone.gross

    decided(case, won=True, at=NOON + 3 * DAY)

    invoice.refresh_from_db()
    assert (invoice.gross, invoice.net, invoice.note) == (milestone.gross, milestone.price, "")
    assert not invoice.taxes.exists()
    assert Escrow.objects.get().lost == EUR("0.00")
    assert_every_law_holds()
    invoicing.approve(invoice.pk, by=alice, at=NOON + 4 * DAY)
    assert Lot.objects.get().gross == milestone.gross
    assert FeeInvoice.objects.filter(side="client").count() == 2
    assert_every_law_holds()


def test_a_client_pays_in_full_what_is_left(alice: User, bob: User) -> None:
    milestone = given.funding_milestone(client=alice, freelancer=bob)
    given_payments.paid(given_payments.opened(Charge.objects.get()))
    asked = refund_requests.ask(milestone.pk, keeps=EUR("500.00"), by=alice, at=NOON + DAY)
    lost(Charge.objects.get(), at=NOON + DAY, part=PART)
    asked.refresh_from_db()
    assert asked.state == "withdrawn", "It was about more than there is."

    refund_requests.pay_in_full(milestone.pk, by=alice, at=NOON + 2 * DAY)

    assert (Escrow.objects.get().state, Milestone.objects.get().state) == ("released", "closed")
    assert_every_law_holds()


def test_what_a_bank_took_wholly_ends_with_the_contract(alice: User, bob: User) -> None:
    milestone = given.funding_milestone(client=alice, freelancer=bob)
    given_payments.paid(given_payments.opened(Charge.objects.get()))
    keeps = {milestone.ref: EUR("0.00")}
    ending.end(milestone.contract_id, keeps=keeps, by=alice, at=NOON + DAY)
    assert Milestone.objects.get().contract.state == "ending"

    lost(Charge.objects.get(), at=NOON + 2 * DAY)

    milestone.refresh_from_db()
    assert (milestone.state, milestone.contract.state) == ("cancelled", "ended")
    assert_every_law_holds()
