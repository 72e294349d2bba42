"""A bank takes what was held for work that is not paid yet: the work has a way out all the same."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.db import DatabaseError, connection, transaction

from billing_site.kernel.money import show
from billing_site.kernel.transitions import NotAllowed
from billing_site.people.models import Organization, User
from billing_site.platform import clock
from billing_site.platform.models import Letter
from disputes.models import Dispute
from disputes.services.opening import open_dispute
from invoices.models import FeeCreditNote, FeeInvoice, Invoice, Milestone, TimeEntry
from invoices.queries import costs
from invoices.services import ending, invoicing, lost_money, part_dividing, refund_requests
from payments.gateways.sandbox import paying
from payments.models import Charge, Chargeback, Collection, Escrow, Lot
from payments.services import collecting, outbox
from tests import given, given_payments
from tests.given import EUR, NOON, days
from tests.given_disputes import claim
from tests.given_world import live
from tests.invoices._race import race
from tests.invoices.books import assert_every_law_holds
from tests.payments.given_chargebacks import decided, wanted
from tests.signing_in import session_of

pytestmark = pytest.mark.django_db
DAY = days(1)
TUESDAY = datetime(2026, 3, 10, 12, tzinfo=UTC)  # the day after the week was billed
SATURDAY = datetime(2026, 3, 14, 12, tzinfo=UTC)
PART = EUR("635.70")  # of 1,059.50: six tenths of it


def billed(alice: User, bob: User, *, is_protected: bool = False) -> Invoice:
    """Four hours at 50, paid by card, to be reviewed until Friday."""
    given_payments.payment_method(alice)
    contract = given.hourly_contract(client=alice, freelancer=bob)
    logged = given.worked if is_protected else given.wrote
    logged(contract, by=bob, start=NOON + days(1), minutes=240)
    live(NOON, TUESDAY)
    return Invoice.objects.get()


def lost(charge: Charge, *, at: datetime, part: object = None) -> Chargeback:
    case = wanted(charge, at=at, amount=part)  # type: ignore[arg-type]
    return decided(case, won=False, at=at + DAY / 4)


def asked_anew() -> Charge:
    """The client is asked once more, and nothing that they saved is tried."""
    charge = Charge.objects.latest("pk")
    collection = Collection.objects.get(charge=charge)
    assert (charge.state, collection.attempts.count(), collection.next_try_at) == ("begun", 0, None)
    return charge


def pay_on_page(charge: Charge, *, by: User, at: datetime) -> None:
    collecting.ask_for_page(charge.pk, by=by, at=at)
    with clock.pinned(at):
        page = outbox.open_page(charge.pk, at=at)
    assert page
    paying.pay(page.session_id, "4242", at=at)
    live(at, at + DAY / 4)


def test_hours_whose_money_is_gone_wait_for_it_and_are_paid(alice: User, bob: User) -> None:
    invoice = billed(alice, bob)
    first = invoice.escrow
    assert first
    lost(Charge.objects.get(), at=TUESDAY)

    invoice.refresh_from_db()
    first.refresh_from_db()
    assert (first.state, invoice.state) == ("lost", "submitted")
    assert invoice.escrow
    assert (invoice.escrow.state, invoice.escrow.gross) == ("expected", invoice.gross)
    with pytest.raises(NotAllowed, match="waiting for the payment"):
        invoicing.approve(invoice.pk, by=alice, at=TUESDAY + DAY)
    charge = asked_anew()
    with clock.pinned(TUESDAY + DAY):
        page = session_of(alice).get(invoice.get_absolute_url()).content.decode()
    assert "Your payment for it is not here yet" in page
    assert f'href="{charge.get_absolute_url()}"' in page
    assert "Approve and release" not in page
    live(TUESDAY + DAY, SATURDAY)
    assert Invoice.objects.get().state == "submitted", "Nobody protects it: it waits."
    pay_on_page(charge, by=alice, at=SATURDAY)

    invoice.refresh_from_db()
    assert (invoice.state, invoice.week and invoice.week.state) == ("paid", "closed")
    assert Lot.objects.get().gross == invoice.gross == EUR("200.00")
    fees = FeeInvoice.objects.filter(side="client").count(), FeeCreditNote.objects.count()
    assert fees == (2, 1), "One was credited with what the bank took."
    said = [letter.text for letter in Letter.objects.filter(subject__contains="not held any more")]
    assert len(said) == 2
    assert any(charge.get_absolute_url() in text for text in said)
    assert any("These hours are not protected" in text for text in said)
    assert_every_law_holds()


def test_hours_that_nobody_pays_anew_are_given_up_thirty_days_later(alice: User, bob: User) -> None:
    invoice = billed(alice, bob)
    at = TUESDAY + 25 * DAY
    case = wanted(Charge.objects.get(), at=TUESDAY)
    decided(case, won=False, at=at)

    live(at, at + 29 * DAY)
    assert Invoice.objects.get().state == "submitted", "They count from the loss."
    live(at + 29 * DAY, at + 31 * DAY)

    invoice.refresh_from_db()
    assert (invoice.state, invoice.escrow and invoice.escrow.state) == ("withdrawn", "dropped")
    assert_every_law_holds()


def test_protected_hours_are_paid_whatever_a_bank_takes(alice: User, bob: User) -> None:
    invoice = billed(alice, bob, is_protected=True)
    assert invoice.is_protected
    lost(Charge.objects.get(), at=TUESDAY)

    live(TUESDAY + DAY, SATURDAY)

    invoice.refresh_from_db()
    assert (invoice.state, Lot.objects.get().gross) == ("approved", EUR("200.00"))
    assert invoice.open_item
    assert invoice.open_item.owed == EUR("212.00"), "The client owes it to us."
    assert_every_law_holds()


def test_a_dispute_over_lost_hours_is_void_and_the_hours_wait(alice: User, bob: User) -> None:
    invoice = billed(alice, bob)
    assert invoice.escrow_id
    open_dispute(invoice.escrow_id, claim(EUR("50.00")), by=alice, at=TUESDAY)
    lost(Charge.objects.get(), at=TUESDAY + DAY)

    invoice.refresh_from_db()
    assert (Dispute.objects.get().state, invoice.state) == ("void", "submitted")
    assert invoice.escrow
    assert invoice.escrow.state == "expected"
    asked_anew()
    assert_every_law_holds()


@pytest.mark.django_db(transaction=True)
def test_sixteen_ask_anew_and_one_is_asked(alice: User, bob: User) -> None:
    invoice = billed(alice, bob)
    lost(Charge.objects.get(), at=TUESDAY)
    Collection.objects.filter(charge=asked_anew()).delete()
    Charge.objects.latest("pk").settlements.all().delete()
    Charge.objects.latest("pk").delete()

    ended = race([lambda: lost_money.ask_anew(invoice.pk, at=TUESDAY + DAY)] * 16)

    assert ended == ["done"] * 16
    assert Charge.objects.count() == 2
    asked_anew()
    assert_every_law_holds()


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


def test_hours_of_which_a_part_is_gone_stay_together(alice: User, bob: User) -> None:
    given_payments.payment_method(alice)
    contract = given.hourly_contract(client=alice, freelancer=bob)
    for day in (1, 2):
        given.wrote(contract, by=bob, start=NOON + days(day), minutes=120)
    live(NOON, TUESDAY)
    invoice = Invoice.objects.get()
    lost(Charge.objects.get(), at=TUESDAY, part=EUR("106.00"))
    entry = TimeEntry.objects.latest("pk").ref

    with pytest.raises(NotAllowed, match="the hours stay together"):
        part_dividing.divide(invoice.pk, returned=[entry], reason="?", by=alice, at=TUESDAY + DAY)
    invoicing.approve(invoice.pk, by=alice, at=TUESDAY + DAY)

    assert Lot.objects.get().gross == EUR("100.00")
    assert_every_law_holds()
