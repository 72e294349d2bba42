"""What the laws of documents find when somebody went around the database's own."""

from __future__ import annotations

import pytest

from billing_site.kernel.invariants import laws
from billing_site.people.models import User
from invoices.models.contract import TaxTreatment
from invoices.services import expenses, invoicing, receipts, refund_requests, retainers
from invoices.taxing import Treatment
from payments.gateways.base import PayoutState, Status, TransferState
from payments.models import GatewayCommand
from payments.services import earnings, sending
from tests import given, given_lines
from tests.corruption import silent_laws
from tests.given import EUR, NOON, days
from tests.invoices.books import assert_every_law_holds
from tests.invoices.test_credit_laws import CORRUPTED as OF_CREDITS
from tests.invoices.test_given_back import CORRUPTED as OF_FEES

VAT = Treatment(TaxTreatment.STANDARD, 2_000, "")
LATER = NOON + days(2)


def everything() -> None:
    """Held and released money, hours, a retainer, expenses, two rates, a contract that ended."""
    alice = given.person("alice", country="AT")
    bob = given.person("bob", kind="freelancer", country="AT")
    given.funded_milestone(client=alice, freelancer=bob)
    given.submitted_invoice(client=alice, freelancer=bob)
    given.paid_invoice(client=alice, freelancer=bob, treatment=VAT)
    given_lines.approved_invoice(client=alice, freelancer=bob)
    _hours(alice, bob)
    _retainer(alice, bob)
    _expenses(alice, bob)
    given.refund_request(client=alice, freelancer=bob)
    granted = given.refund_request(client=alice, freelancer=bob)
    refund_requests.grant(granted.pk, by=bob, at=LATER)
    _payout(alice, bob)
    given.jobs_done(at=LATER, drawings=True)


def _payout(alice: User, bob: User) -> None:
    """On its way to the bank, with its advice. The sandbox has no money: its word is told here."""
    given.paid_invoice(client=alice, freelancer=bob, at=NOON - days(20))
    earnings.make_available(at=NOON)
    payout = given.withdrawn(bob, EUR("20.00"), at=NOON)
    sending.send(payout.pk, at=NOON)
    facts = (payout.ref, "acct_1")
    sending.transferred(payout.pk, state=TransferState("tr_1", *facts, 1_901, "EUR"), at=NOON)
    answer = PayoutState("po_1", *facts, Status.PROCESSING, 1_901, "EUR", NOON.date())
    sending.accepted(payout.pk, state=answer)
    payout.commands.update(state=GatewayCommand.State.DONE, answered_at=NOON)
    receipts.write_for_payout(payout.pk)


def _hours(alice: User, bob: User) -> None:
    contract = given.hourly_contract(client=alice, freelancer=bob)
    given.worked(contract, by=bob, start=NOON + days(1), minutes=60)


def _retainer(alice: User, bob: User) -> None:
    given.retainer(client=alice, freelancer=bob, at=NOON - days(70))
    retainers.bill_due(at=NOON)


def _expenses(alice: User, bob: User) -> None:
    contract = given.active_contract(client=alice, freelancer=bob)
    found = given.expense(contract, by=bob)
    invoice = expenses.invoice(contract.pk, [found.ref], by=bob, at=NOON)
    invoicing.submit(invoice.pk, message="The train.", by=bob, at=NOON)


CORRUPTED = {
    "invoices.paid_invoices_are_released_escrows": "UPDATE payments_lot SET gross = gross + 1,"
    " fee = fee + 1",
    "invoices.approved_invoices_are_owed": "UPDATE payments_openitem SET gross = gross + 1,"
    " net = net + 1",
    "invoices.released_escrows_have_their_invoice": "UPDATE payments_lot"
    " SET document = 'invoice/NOBODYS'",
    "invoices.funded_milestones_hold_money": "UPDATE payments_escrow SET state = 'released',"
    " released = gross WHERE state = 'held'",
    "invoices.escrows_hold_the_price": "UPDATE invoices_milestone SET price = price + 1"
    " WHERE escrow_id IS NOT NULL",
    "invoices.lines_add_up": "UPDATE invoices_invoiceline SET amount = amount - 1",
    "invoices.taxes_add_up": "UPDATE invoices_invoicetax SET tax = tax + 1 WHERE bps > 0",
    "invoices.rates_have_their_lines": "UPDATE invoices_invoicetax SET bps = bps + 1 WHERE bps > 0",
    "invoices.numbers_have_no_gap": "UPDATE invoices_invoice SET place = place + 1"
    " WHERE id = (SELECT max(id) FROM invoices_invoice WHERE number IS NOT NULL)",
    "invoices.fees_are_invoiced": "DELETE FROM invoices_feeinvoice WHERE side = 'freelancer'",
    "invoices.frozen_documents_say_their_sums": "UPDATE invoices_invoice SET tax = tax + 1,"
    " gross = gross + 1 WHERE number IS NOT NULL",
    "invoices.kept_files_have_their_hash": "UPDATE invoices_invoice SET pdf_sha256 = 'other'"
    " WHERE pdf_id IS NOT NULL",
    "invoices.states_are_their_last_change": "UPDATE invoices_contract SET state = 'paused'"
    " WHERE state = 'active'",
    "invoices.hourly_terms_are_of_hourly_contracts": "DELETE FROM invoices_rateversion",
    "invoices.tracked_time_was_tracked": "UPDATE invoices_timer"
    " SET ended_at = ended_at - interval '30 minutes'",
    "invoices.time_follows_acceptance": "UPDATE invoices_contract"
    " SET accepted_at = accepted_at + interval '9 days' WHERE kind = 'hourly'",
    "invoices.what_is_asked_back_is_held": "UPDATE invoices_refundrequest SET held = held + 1"
    " WHERE state = 'asked'",
    "invoices.what_was_granted_has_left": "UPDATE invoices_refundrequest"
    " SET offered = offered + 1 WHERE state = 'granted'",
    "invoices.ended_contracts_have_nothing_open": "UPDATE invoices_contract SET state = 'ended'"
    " WHERE state = 'active'",
    "invoices.approvers_agreed": "UPDATE invoices_approval SET seen = seen - 1",
    "invoices.approvals_stand_where_they_were_given": "UPDATE invoices_approval"
    " SET round = round + 1",
    "invoices.reviews_ask_for_what_is_held": "UPDATE invoices_invoice SET gross = gross + 1,"
    " net = net + 1 WHERE state = 'submitted' AND escrow_id IS NOT NULL",
    "invoices.expenses_are_invoiced_as_paid": "UPDATE invoices_expense SET gross = gross + 1",
    "invoices.periods_follow_each_other": "UPDATE invoices_retainerperiod"
    " SET ends_on = ends_on - 1",
    "invoices.periods_cost_what_is_invoiced": "UPDATE invoices_retainerperiod"
    " SET amount = amount + 1",
    "invoices.terms_are_of_retainers": "DELETE FROM invoices_retainerterms",
    "invoices.money_has_its_receipts": "DELETE FROM invoices_receipt WHERE kind = 'deposit'",
    "invoices.advices_are_taken_back": "UPDATE payments_payout SET state = 'failed'",
    "invoices.receipts_say_their_sums": "UPDATE invoices_receipt SET amount = amount + 1"
    " WHERE kind = 'payment' AND number IS NOT NULL",
}


@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
def test_each_law_names_the_row_that_somebody_corrupted() -> None:
    everything()
    assert_every_law_holds()

    assert silent_laws(CORRUPTED) == []


def test_every_law_is_broken_here_or_beside_credit_notes() -> None:
    ours = {law.name for law in laws() if law.name.startswith("invoices.")}
    assert ours == set(CORRUPTED) | set(OF_CREDITS) | set(OF_FEES)
