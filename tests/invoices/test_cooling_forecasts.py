"""What a page promises of money that came by bank debit is the date from which it is theirs."""

from __future__ import annotations

from django.utils import dateformat

from billing_site.people.models import Membership, User
from invoices.models import Invoice
from invoices.queries import money_trail
from invoices.queries.invoice_page import invoice_page
from invoices.queries.viewer import viewer_of
from invoices.services import invoicing
from payments.models import Charge, Lot
from tests import given
from tests.given import NOON, days


def test_before_and_after_the_approval_it_is_the_later_date(alice: User, bob: User) -> None:
    pk = given.submitted_invoice(client=alice, freelancer=bob).pk
    Charge.objects.update(way="us_bank_account")
    charge = Charge.objects.get()
    assert charge.finished_at
    cooled, approval = charge.finished_at + days(7), charge.finished_at + days(1)
    viewer = viewer_of(Membership.objects.of(bob).get(), Invoice.objects.get(pk=pk).contract)

    before = invoice_page(Invoice.objects.get(pk=pk), viewer, at=approval)
    invoicing.approve(pk, by=alice, at=approval)
    after = invoice_page(Invoice.objects.get(pk=pk), viewer, at=approval)

    assert before.available_at == after.available_at == Lot.objects.get().available_at == cooled
    [ahead] = [stop for stop in before.stops if not stop.done and "available" in stop.note]
    assert f"not before {dateformat.format(cooled, 'j F Y')}" in ahead.note


def test_a_card_has_nothing_to_cool(alice: User, bob: User) -> None:
    invoice = given.submitted_invoice(client=alice, freelancer=bob)

    stops = money_trail.stops_of(invoice.escrow, None, invoice, for_client=False, at=NOON)

    assert "not before" not in " ".join(stop.note for stop in stops)
