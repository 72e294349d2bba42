"""A bank that had decided against us decides anew: the papers say so, and the books agree."""

from __future__ import annotations

import pytest

from billing_site.people.models import User
from billing_site.platform.models import Letter
from billing_site.workflows import taken_back
from invoices import fee_laws
from invoices.models import FeeCreditNote, FeeInvoice, Invoice
from invoices.services import crediting, invoicing, writing_off
from ledger.models import Entry
from ledger.queries.balances import balance
from payments.gateways.base import DisputeState, Kind
from payments.gateways.sandbox import disputing
from payments.gateways.sandbox.gateway import SandboxGateway
from payments.gateways.sandbox.models import SandboxDispute, SandboxPayment
from payments.models import Charge, Chargeback, Escrow, Lot, OpenItem
from payments.services import earnings
from tests import given, given_payments
from tests.corruption import laws_of, silent_laws
from tests.given import EUR, NOON, days
from tests.given_world import books
from tests.invoices._race import race
from tests.invoices.books import assert_every_law_holds
from tests.invoices.test_staff_write_offs import staff
from tests.invoices.test_taken_back import paid_by_debit
from tests.payments.given_chargebacks import decided, wanted

pytestmark = pytest.mark.django_db
DAY = days(1)
LATER = NOON + 20 * DAY


def paid(alice: User, bob: User) -> Invoice:
    return paid_by_debit(alice, bob)  # by card, as far as anybody knows


def lost_after_release(alice: User, bob: User) -> tuple[Invoice, Chargeback]:
    invoice = paid(alice, bob)
    earnings.make_available(at=NOON + 8 * DAY)
    case = wanted(Charge.objects.get(), at=NOON + 9 * DAY)
    return invoice, decided(case, won=False, at=LATER)


def test_what_was_released_is_earned_again_with_papers(alice: User, bob: User) -> None:
    invoice, case = lost_after_release(alice, bob)
    lot = Lot.objects.get()
    assert (lot.gross_back, FeeCreditNote.objects.count()) == (lot.gross, 2)
    before = Entry.objects.count()

    case = decided(case, won=True, at=LATER + DAY)

    lot.refresh_from_db()
    assert (case.state, lot.gross_back, lot.amount_back) == ("won", EUR("0.00"), EUR("0.00"))
    again = FeeInvoice.objects.exclude(renews=None).order_by("side")
    assert [(fee.side, fee.net) for fee in again] == [
        ("client", EUR("50.00")),
        ("freelancer", EUR("100.00")),
    ]
    assert all(fee.number for fee in again), "The job has numbered them."
    assert Entry.objects.count() == before + 3, "With the line of the provider's balance."
    assert_every_law_holds()
    told = Letter.objects.filter(subject__contains="stands after all").get()
    assert "€1,000.00" not in told.text
    assert "is yours again" in told.text
    crediting.credit(
        invoice.pk,
        amounts={invoice.lines.get().pk: EUR("250.00")},
        reason="Less",
        by=bob,
        at=LATER + 2 * DAY,
    )
    notes = FeeCreditNote.objects.filter(fee_invoice__in=again)
    assert sorted(note.net for note in notes) == [EUR("12.50"), EUR("25.00")]
    assert_every_law_holds()
    names = {
        "alice": given.organization(alice),
        "bob": given.organization(bob),
        "work": lot.escrow,
        "case": case,
        "lot": lot,
    }
    assert books(**names).endswith(JOURNAL)


def test_what_is_still_pending_is_pending_again(alice: User, bob: User) -> None:
    paid(alice, bob)
    case = decided(wanted(Charge.objects.get(), at=NOON + 3 * DAY), won=False, at=NOON + 4 * DAY)
    decided(case, won=True, at=NOON + 5 * DAY)

    lot = Lot.objects.get()
    assert (lot.made_available_at, lot.left) == (None, lot.amount)
    assert_every_law_holds()
    earnings.make_available(at=LATER)
    assert_every_law_holds()


def test_an_invoice_that_was_owed_again_is_paid_again(alice: User, bob: User) -> None:
    invoice = paid_by_debit(alice, bob)
    disputing.take_back_debit(SandboxPayment.objects.get(), at=NOON + 9 * DAY)
    given_payments.settle(at=NOON + 10 * DAY)
    invoice.refresh_from_db()
    assert invoice.state == "approved"

    decided(Chargeback.objects.get(), won=True, at=LATER)

    invoice.refresh_from_db()
    item = OpenItem.objects.get()
    assert (invoice.state, invoice.paid_at, item.owed) == ("paid", LATER, EUR("0.00"))
    assert [change.became for change in invoice.changes.order_by("pk")][-2:] == ["approved", "paid"]
    assert_every_law_holds()


def test_what_was_given_up_meanwhile_costs_us_nothing_in_the_end(alice: User, bob: User) -> None:
    """The receivable went with the write-off: it is not credited a second time."""
    invoice = paid_by_debit(alice, bob)
    disputing.take_back_debit(SandboxPayment.objects.get(), at=NOON + 9 * DAY)
    given_payments.settle(at=NOON + 10 * DAY)
    asked = writing_off.ask(invoice.pk, reason="Bankrupt", by=staff("Finn"), at=NOON + 11 * DAY)
    writing_off.confirm(asked.pk, by=staff("Mia"), at=NOON + 12 * DAY)
    lost = balance("cost:protection", "EUR")

    case = decided(Chargeback.objects.get(), won=True, at=LATER)

    invoice.refresh_from_db()
    assert (invoice.state, invoice.paid_at, lost) == ("paid", LATER, EUR("-1000.00"))
    client = given.organization(alice)
    for account in ("receivable", "credit"):
        assert balance(f"client:{client.pk}:{account}", "EUR") == EUR("0.00")
    assert books(alice=client, case=case).endswith(RECOVERED)
    assert_every_law_holds()


RECOVERED = """\
2026-03-14  Receivable written off
  cost:protection                           1,000.00 EUR
  income:client_fee                            50.00 EUR
  tax:vat:AT                                   10.00 EUR
      client:alice:receivable                             1,060.00 EUR

2026-03-22  Written off, and given back by a bank after all
  chargeback:case                           1,060.00 EUR
      cost:protection                                     1,000.00 EUR
      income:client_fee                                      50.00 EUR
      tax:vat:AT                                             10.00 EUR

2026-03-22  Given back by a bank after all
  provider:clearing                         1,060.00 EUR
      chargeback:case                                     1,060.00 EUR

2026-03-22  Settled by the provider
  provider:balance                          1,060.00 EUR
      provider:clearing                                   1,060.00 EUR"""


def test_what_went_on_without_it_is_the_clients_credit(alice: User, bob: User) -> None:
    """All that was held is gone, the milestone is funded anew from what comes back."""
    milestone = given.funding_milestone(client=alice, freelancer=bob)
    given_payments.paid(given_payments.opened(Charge.objects.get()))
    invoice = invoicing.deliver(milestone.pk, message="All.", uploads=(), by=bob, at=NOON + DAY)
    case = decided(wanted(Charge.objects.get(), at=NOON + 2 * DAY), won=False, at=NOON + 3 * DAY)
    decided(case, won=True, at=NOON + 4 * DAY)

    assert Escrow.objects.get().state == "lost", "It is over."
    assert not FeeInvoice.objects.exclude(renews=None).exists(), "Nothing is earned of it."
    [told] = Letter.objects.filter(subject__contains="gives back").values_list("text", flat=True)
    assert "it is your credit" in told
    assert Invoice.objects.get(pk=invoice.pk).state == "submitted"
    assert_every_law_holds()


@pytest.mark.django_db(transaction=True)
def test_sixteen_hear_that_it_was_turned_round_and_one_does_it(alice: User, bob: User) -> None:
    _, case = lost_after_release(alice, bob)
    before = Entry.objects.count()
    disputing.close(SandboxDispute.objects.get(pk=case.dispute_id), won=True, at=LATER + DAY)
    state = SandboxGateway().fetch(Kind.DISPUTE, case.dispute_id)
    assert isinstance(state, DisputeState)

    ended = race([lambda: taken_back.follow(case.charge, state, at=LATER + DAY)] * 16)

    assert ended == ["done"] * 16
    assert Entry.objects.count() == before + 3
    assert FeeInvoice.objects.exclude(renews=None).count() == 2
    assert_every_law_holds()


CORRUPTED = {
    "invoices.fees_earned_again_are_invoiced": "DELETE FROM invoices_feeinvoice"
    " WHERE renews_id IS NOT NULL AND side = 'client'",
}


@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
def test_the_law_names_the_fee_that_somebody_corrupted(alice: User, bob: User) -> None:
    _, case = lost_after_release(alice, bob)
    decided(case, won=True, at=LATER + DAY)

    assert silent_laws(CORRUPTED) == []
    assert laws_of(fee_laws.__name__) == set(CORRUPTED)


JOURNAL = """\
2026-03-22  Lost to a bank after release
  freelancer:bob:available                    900.00 EUR
  income:freelancer_fee                       100.00 EUR
  tax:vat:AT                                   10.00 EUR
  income:client_fee                            50.00 EUR
      chargeback:case                                     1,060.00 EUR

2026-03-23  Back from a bank after all
  chargeback:case                           1,060.00 EUR
      freelancer:bob:available                              900.00 EUR
      income:freelancer_fee                                 100.00 EUR
      tax:vat:AT                                             10.00 EUR
      income:client_fee                                      50.00 EUR

2026-03-23  Given back by a bank after all
  provider:clearing                         1,060.00 EUR
      chargeback:case                                     1,060.00 EUR

2026-03-23  Settled by the provider
  provider:balance                          1,060.00 EUR
      provider:clearing                                   1,060.00 EUR

2026-03-24  Given back after release
  freelancer:bob:available                    225.00 EUR
  income:freelancer_fee                        25.00 EUR
  tax:vat:AT                                    2.50 EUR
  income:client_fee                            12.50 EUR
      client:alice:credit                                   265.00 EUR"""
