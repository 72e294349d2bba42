"""What the database refuses by itself, and what the laws find when somebody went around it."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, connection, transaction

from tests.payments.books import assert_every_law_holds
from tests.payments.everything import everything

ILLEGAL = {
    "a bank transfer was of another sum": "UPDATE payments_banktransfer SET amount = 1",
    "a bank transfer came from another": "UPDATE payments_banktransfer SET client_id = 0",
    "a bank wants nothing back": "UPDATE payments_chargeback SET amount = 0",
    "a bank took another sum": "UPDATE payments_chargeback SET amount = amount - 1",
    "a case is of another payment": "UPDATE payments_chargeback SET charge_id = 0",
    "a lost case is opened again": "UPDATE payments_chargeback SET state = 'opened'",
    "a lost case has no end": "UPDATE payments_chargeback SET closed_at = NULL",
    "what was booked was not taken": "UPDATE payments_chargeback SET taken_at = NULL",
    "a loss is another": "UPDATE payments_chargebackpart SET amount = amount - 1",
    "a loss is forgotten": "DELETE FROM payments_chargebackpart",
    "what a bank took is held again": "UPDATE payments_escrow SET state = 'held', lost = 0"
    " WHERE state = 'lost'",
    "a bank took more than came": "UPDATE payments_charge SET taken_back = amount + 1"
    " WHERE state = 'succeeded'",
    "a charge is born paid": "INSERT INTO payments_charge SELECT (json_populate_record(c,"
    " json_build_object('id', 999999, 'ref', 'ZZZZZZZZZZZZ', 'session_id', '', 'state',"
    " 'succeeded'))).* FROM payments_charge c LIMIT 1",
    "a begun charge is paid": "UPDATE payments_charge SET state = 'succeeded'"
    " WHERE state = 'begun'",
    "a paid charge is begun again": "UPDATE payments_charge SET state = 'begun'"
    " WHERE state = 'succeeded'",
    "a charge is of nothing": "UPDATE payments_charge SET amount = 0",
    "a charge is of another sum": "UPDATE payments_charge SET amount = amount + 1",
    "more goes back than came": "UPDATE payments_charge SET refunded = amount + 1"
    " WHERE state = 'succeeded'",
    "something goes back of what never came": "UPDATE payments_charge SET refunded = 1"
    " WHERE state = 'begun'",
    "a quote makes another sum": 'UPDATE payments_quote SET "into" = "into" + 1',
    "a quote is at another rate": "UPDATE payments_quote SET rate = rate * 2",
    "a quote stands for longer": "UPDATE payments_quote SET valid_until = now()",
    "a quote was never used": "UPDATE payments_quote SET used_at = NULL",
    "a used quote is open again": "UPDATE payments_quote SET state = 'open', used_at = NULL",
    "a payout was never converted": "UPDATE payments_payout SET quote_id = NULL"
    " WHERE quote_id IS NOT NULL",
    "a payout pays what no quote made": "INSERT INTO payments_payout SELECT"
    " (json_populate_record(p, json_build_object('id', 999999, 'ref', 'ZZZZZZZZZZZZ',"
    " 'amount', 5))).* FROM payments_payout p WHERE quote_id IS NOT NULL",
    "a quote is for another document": "UPDATE payments_quote SET document = 'milestone/M2'"
    " WHERE document <> ''",
    "a quote is for nothing": "UPDATE payments_quote SET method_id = NULL",
    "a charge was never converted": "UPDATE payments_charge SET quote_id = NULL"
    " WHERE quote_id IS NOT NULL",
    "a charge brings what no quote was for": "INSERT INTO payments_charge SELECT"
    " (json_populate_record(c, json_build_object('id', 999999, 'ref', 'ZZZZZZZZZZZZ', 'state',"
    " 'begun', 'amount', 5, 'refunded', 0, 'session_id', '', 'payment_id', ''))).*"
    " FROM payments_charge c WHERE quote_id IS NOT NULL",
    "another sum goes back": "UPDATE payments_quotepart SET amount = amount + 1",
    "more goes back than was paid": "INSERT INTO payments_quotepart SELECT"
    " (json_populate_record(p, json_build_object('id', 999999, 'amount', 9999, 'chargeback_id',"
    " (SELECT min(id) FROM payments_chargeback), 'refund_id', null))).* FROM payments_quotepart p",
    "it goes back nowhere": "INSERT INTO payments_quotepart SELECT"
    " (json_populate_record(p, json_build_object('id', 999999, 'amount', 1, 'margin', 0,"
    " 'refund_id', null))).* FROM payments_quotepart p",
    "what goes back is forgotten": "DELETE FROM payments_quotepart",
    "a quote makes its own currency": "INSERT INTO payments_quote SELECT"
    " (json_populate_record(q, json_build_object('id', 999999, 'ref', 'ZZZZZZZZZZZZ',"
    " 'state', 'open', 'used_at', null, 'into_currency', 'EUR'))).* FROM payments_quote q",
    "a quote makes nothing": "INSERT INTO payments_quote SELECT"
    " (json_populate_record(q, json_build_object('id', 999999, 'ref', 'ZZZZZZZZZZZZ',"
    " 'state', 'open', 'used_at', null, 'margin', q.amount))).* FROM payments_quote q",
    "a quote is over before it begins": "INSERT INTO payments_quote SELECT"
    " (json_populate_record(q, json_build_object('id', 999999, 'ref', 'ZZZZZZZZZZZZ',"
    " 'state', 'open', 'used_at', null, 'valid_until', q.asked_at))).* FROM payments_quote q",
    "a quote is born used": "INSERT INTO payments_quote SELECT"
    " (json_populate_record(q, json_build_object('id', 999999, 'ref', 'ZZZZZZZZZZZZ'))).*"
    " FROM payments_quote q",
    "released money is held again": "UPDATE payments_escrow SET state = 'held'"
    " WHERE state = 'released'",
    "expected money is released": "UPDATE payments_escrow SET state = 'released'"
    " WHERE state = 'expected'",
    "an escrow's price changes": "UPDATE payments_escrow SET net = net - 1, gross = gross - 1",
    "an escrow's fee changes": "UPDATE payments_escrow SET freelancer_fee_bps = 0",
    "held money has no deadline": "UPDATE payments_escrow SET hold_deadline = NULL"
    " WHERE state = 'held'",
    "a lot is of another sum": "UPDATE payments_lot SET amount = amount + 1",
    "a lot is available sooner": "UPDATE payments_lot SET available_at = released_at",
    "a lot is made available before its date": "UPDATE payments_lot SET made_available_at ="
    " available_at - interval '1 day'",
    "a lot earned another fee": "UPDATE payments_lot SET client_fee = client_fee + 1",
    "a lot gives back more than it brought": "UPDATE payments_lot SET gross_back = gross + 1",
    "less is owed than nothing": "UPDATE payments_openitem SET credited = gross * 2",
    "what is owed is another sum": "UPDATE payments_openitem SET net = net - 1, gross = gross - 1",
    "more is paid than is owed": "UPDATE payments_openitem SET paid = gross * 2",
    "a settlement is to nothing": "UPDATE payments_settlement SET open_item_id = NULL",
    "more is released than was held": "UPDATE payments_escrow SET released = gross + 1"
    " WHERE state = 'held'",
    "an empty escrow is held": "UPDATE payments_escrow SET released = gross WHERE state = 'held'",
    "a payout is of another sum": "UPDATE payments_payout SET amount = amount + 1",
    "a payout costs more": "UPDATE payments_payout SET fee = fee + 1",
    "a payout goes elsewhere": "UPDATE payments_payout SET method_id = -1",
    "a payout on its way is requested again": "UPDATE payments_payout SET state = 'requested'",
    "a bank becomes another's": "UPDATE payments_payoutmethod SET organization_id = 0",
    "a bank has another holder": "UPDATE payments_payoutmethod SET holder = 'Mallory'",
    "a bank is refused without a doubt": "UPDATE payments_payoutmethod SET state = 'refused',"
    " removed_at = now()",
    "a bank is doubted and nobody knows why": "UPDATE payments_payoutmethod SET state = 'doubted',"
    " review_on = now()",
    "a payout is of no known speed": "UPDATE payments_payout SET speed = 'soon'",
    "a payout becomes faster": "UPDATE payments_payout SET speed = 'instant'",
    "a fee goes back of what was slow all along": "UPDATE payments_payout SET fee_back = fee,"
    " slowed_at = now(), slowed_for = 'Why.'",
    "a refund is of another sum": "UPDATE payments_refund SET amount = amount + 1",
    "credit pays another part of a charge": "UPDATE payments_charge SET credit = credit + 1",
    "credit pays another part of a settlement": "UPDATE payments_settlement"
    " SET credit = credit + 1",
    "another part of a refund is kept": "UPDATE payments_refund SET to_credit = 1",
    "a refund comes out of nowhere": "UPDATE payments_refund SET escrow_id = NULL",
    "a settlement is of another sum": "UPDATE payments_settlement SET amount = amount + 1",
    "a command says something else": "UPDATE payments_gatewaycommand SET params = '{}'",
    "a command is about nothing": "UPDATE payments_gatewaycommand SET charge_id = NULL,"
    " refund_id = NULL, payout_id = NULL, payee_id = NULL, payer_id = NULL",
    "a command is in no known state": "UPDATE payments_gatewaycommand SET state = 'lost'",
    "a try was with another method": "UPDATE payments_chargeattempt SET round = round + 1",
    "a try ended and nobody knows how": "UPDATE payments_chargeattempt SET finished_at = begun_at",
    "it is late before it was tried": "UPDATE payments_collection SET late_since = began_at",
    "there are two primary ways to pay": "UPDATE payments_paymentmethod SET position = 0",
    "an account that never ends is warned of": "UPDATE payments_paymentmethod"
    " SET expires_on = NULL",
    "an event says something else": "UPDATE payments_gatewayevent SET payload = 'x'",
    "an event comes twice": "INSERT INTO payments_gatewayevent SELECT (json_populate_record(e,"
    " json_build_object('id', 999999))).* FROM payments_gatewayevent e LIMIT 1",
}


@pytest.mark.django_db
def test_the_database_refuses_what_must_never_be_true() -> None:
    everything()
    allowed = []

    for deed, statement in ILLEGAL.items():
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(statement)
                allowed.append((deed, f"{cursor.rowcount} rows"))
        except DatabaseError:
            continue

    assert allowed == []
    assert_every_law_holds()
