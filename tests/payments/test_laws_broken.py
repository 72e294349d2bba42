"""Each law of payments names the row that somebody corrupted."""

from __future__ import annotations

import pytest

from billing_site.kernel.invariants import laws
from tests.corruption import silent_laws
from tests.payments.books import assert_every_law_holds
from tests.payments.everything import everything
from tests.payments.test_our_income import CORRUPTED as OF_INCOME

CORRUPTED = {
    "payments.fees_of_payouts_go_back": "UPDATE payments_payout SET fee_back = fee,"
    " slowed_at = send_at, slowed_for = 'It was slow.'",
    "payments.debts_are_paid_back_by_earnings": "UPDATE ledger_entry SET kind = 'recover_debt'"
    " WHERE kind = 'make_available'",
    "payments.debts_have_their_causes": "UPDATE ledger_account SET code = code || ':debt'"
    " WHERE code LIKE 'freelancer:%:pending'",
    "payments.no_more_is_recovered_than_was_given_up": "UPDATE ledger_entry"
    " SET kind = 'recover_given_up' WHERE kind = 'request_payout'",
    "payments.debts_that_ended_are_in_the_books": "INSERT INTO payments_debtpayment"
    " (ref, freelancer_id, currency, amount, paid_by_id, paid_at) SELECT 'GONE', freelancer_id,"
    " currency, 1, (SELECT min(id) FROM people_user), now() FROM payments_lot LIMIT 1",
    "payments.suspense_is_what_waits": "UPDATE payments_straypayment SET matched_at = now()",
    "payments.bank_transfers_are_kept": "UPDATE payments_banktransfer SET doubt = ''",
    "payments.quotes_are_in_the_books": "UPDATE payments_quote SET amount = amount + 1",
    "payments.restrictions_follow_their_history": "UPDATE payments_restriction"
    " SET state = 'expired', ended_at = set_at",
    "payments.quotes_keep_their_rate": "UPDATE payments_quote SET rate = rate + 0.0002"
    " WHERE method_id IS NOT NULL",
    "payments.used_quotes_have_their_use": "UPDATE payments_payout SET quote_id = NULL"
    " WHERE quote_id IS NOT NULL",
    "payments.tries_ask_for_their_quote": "UPDATE payments_gatewaycommand"
    " SET params = jsonb_set(params, '{amount}', '1') WHERE kind = 'charge_saved'",
    "payments.prices_keep_their_rate": "UPDATE payments_quote SET rate = rate + 0.0002"
    " WHERE method_id IS NULL",
    "payments.payments_are_converted_in_the_books": 'UPDATE payments_quotepart SET "into" ='
    ' "into" + 1',
    "payments.parts_are_in_proportion": "UPDATE payments_quotepart SET amount = amount + 1",
    "payments.escrows_are_in_the_books": "UPDATE payments_escrow SET gross = gross + 1,"
    " net = net + 1 WHERE state = 'held'",
    "payments.fees_are_deferred_while_held": "UPDATE payments_escrow SET client_fee = 1"
    " WHERE state = 'held'",
    "payments.lots_are_what_is_pending": "UPDATE payments_lot SET amount = amount + 1,"
    " gross = gross + 1",
    "payments.payouts_are_in_the_books": "UPDATE payments_payout SET amount = amount + 1",
    "payments.refunds_are_in_the_books": "UPDATE payments_refund SET amount = amount + 1",
    "payments.settlements_add_up": "UPDATE payments_settlement SET amount = amount + 1",
    "payments.escrows_follow_their_charges": "UPDATE payments_charge SET state = 'failed',"
    " refunded = 0, taken_back = 0 WHERE state = 'succeeded'",
    "payments.refunds_are_counted": "UPDATE payments_charge SET refunded = 1"
    " WHERE state = 'succeeded'",
    "payments.methods_are_in_order": "UPDATE payments_paymentmethod SET position = 3"
    " WHERE position = 1",
    "payments.divided_money_is_in_others": "UPDATE payments_escrow SET divided = 1"
    " WHERE state = 'held'",
    "payments.released_money_has_its_lots": "UPDATE payments_lot SET gross = gross + 1,"
    " fee = fee + 1",
    "payments.lots_give_back_what_was_posted": "UPDATE payments_lot SET gross_back = 1,"
    " amount_back = 1",
    "payments.open_items_are_paid_by_settlements": "UPDATE payments_openitem SET paid = paid - 1",
    "payments.settlements_follow_their_charges": "UPDATE payments_settlement"
    " SET settled_at = NULL WHERE settled_at IS NOT NULL",
    "payments.credit_is_set_aside_for_charges": "UPDATE payments_charge SET credit = 1"
    " WHERE state = 'begun'",
    "payments.collected_charges_are_paid_once": "UPDATE payments_chargeattempt"
    " SET outcome = 'paid', finished_at = begun_at",
    "payments.chargebacks_are_in_the_books": "UPDATE payments_chargeback SET booked_at = NULL",
    "payments.losses_add_up": "UPDATE payments_chargebackpart"
    " SET amount = amount + 1, gross = gross + 1",
    "payments.banks_keep_money_while_they_decide": "UPDATE payments_freeze SET ended_at = NULL"
    " WHERE cause = 'chargeback'",
    "payments.banks_keep_what_they_may_get": "UPDATE payments_stake SET amount = amount - 1",
    "payments.chargebacks_are_their_last_change": "UPDATE payments_chargeback"
    " SET state = 'won' WHERE state = 'lost'",
}


@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
def test_each_law_names_the_row_that_somebody_corrupted() -> None:
    everything()

    assert silent_laws(CORRUPTED) == []
    assert_every_law_holds()


def test_every_law_is_broken_by_some_test() -> None:
    ours = {law.name for law in laws() if law.name.startswith("payments.")}
    assert ours == {*CORRUPTED, *OF_INCOME}
