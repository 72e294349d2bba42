"""What the database refuses, each with the name or the words that refuse it."""

from __future__ import annotations

FINAL = "says is final"
ILLEGAL = {  # What refuses it, and what it is.
    "a bank transfer was of another sum": (FINAL, "UPDATE payments_banktransfer SET amount = 1"),
    "a bank transfer came from another": (FINAL, "UPDATE payments_banktransfer SET client_id = 0"),
    "a bank wants nothing back": (FINAL, "UPDATE payments_chargeback SET amount = 0"),
    "a bank took another sum": (FINAL, "UPDATE payments_chargeback SET amount = amount - 1"),
    "a case is of another payment": (FINAL, "UPDATE payments_chargeback SET charge_id = 0"),
    "a lost case is opened again": (
        'leads from "lost" to "opened"',
        "UPDATE payments_chargeback SET state = 'opened'",
    ),
    "a lost case has no end": (
        "a_decided_chargeback_says_since_when",
        "UPDATE payments_chargeback SET closed_at = NULL",
    ),
    "what was booked was not taken": (FINAL, "UPDATE payments_chargeback SET taken_at = NULL"),
    "a loss is another": (FINAL, "UPDATE payments_chargebackpart SET amount = amount - 1"),
    "a loss is forgotten": (FINAL, "DELETE FROM payments_chargebackpart"),
    "what a bank took is held again": (
        'leads from "lost" to "held"',
        "UPDATE payments_escrow SET state = 'held', lost = 0 WHERE state = 'lost'",
    ),
    "a bank took more than came": (
        "a_bank_takes_no_more_back_than_a_charge_brought",
        "UPDATE payments_charge SET taken_back = amount + 1 WHERE state = 'succeeded'",
    ),
    "a charge is born paid": (
        'leads from "" to "succeeded"',
        (
            "INSERT INTO payments_charge SELECT (json_populate_record(c,"
            " json_build_object('id', 999999, 'ref', 'ZZZZZZZZZZZZ', 'session_id', '', 'state',"
            " 'succeeded'))).* FROM payments_charge c LIMIT 1"
        ),
    ),
    "a begun charge is paid": (
        'leads from "begun" to "succeeded"',
        "UPDATE payments_charge SET state = 'succeeded' WHERE state = 'begun'",
    ),
    "a paid charge is begun again": (
        'leads from "succeeded" to "begun"',
        "UPDATE payments_charge SET state = 'begun' WHERE state = 'succeeded'",
    ),
    "a charge is of nothing": (FINAL, "UPDATE payments_charge SET amount = 0"),
    "a charge is of another sum": (FINAL, "UPDATE payments_charge SET amount = amount + 1"),
    "more goes back than came": (
        "refunds_never_exceed_what_a_charge_brought",
        "UPDATE payments_charge SET refunded = amount + 1 WHERE state = 'succeeded'",
    ),
    "something goes back of what never came": (
        "refunds_never_exceed_what_a_charge_brought",
        "UPDATE payments_charge SET refunded = 1 WHERE state = 'begun'",
    ),
    "released money is held again": (
        'leads from "released" to "held"',
        "UPDATE payments_escrow SET state = 'held' WHERE state = 'released'",
    ),
    "expected money is released": (
        'leads from "expected" to "released"',
        "UPDATE payments_escrow SET state = 'released' WHERE state = 'expected'",
    ),
    "an escrow's price changes": (
        FINAL,
        "UPDATE payments_escrow SET net = net - 1, gross = gross - 1",
    ),
    "an escrow's fee changes": (FINAL, "UPDATE payments_escrow SET freelancer_fee_bps = 0"),
    "held money has no deadline": (
        "held_money_has_a_deadline",
        "UPDATE payments_escrow SET hold_deadline = NULL WHERE state = 'held'",
    ),
    "a lot is of another sum": (FINAL, "UPDATE payments_lot SET amount = amount + 1"),
    "a lot is available sooner": (FINAL, "UPDATE payments_lot SET available_at = released_at"),
    "a lot is made available before its date": (
        "lot_is_available_no_sooner_than_its_date",
        "UPDATE payments_lot SET made_available_at = available_at - interval '1 day'",
    ),
    "a lot earned another fee": (FINAL, "UPDATE payments_lot SET client_fee = client_fee + 1"),
    "a lot gives back more than it brought": (
        "no_more_goes_back_than_a_lot_brought",
        "UPDATE payments_lot SET gross_back = gross + 1",
    ),
    "less is owed than nothing": (
        "nobody_pays_more_than_they_owe",
        "UPDATE payments_openitem SET credited = gross * 2",
    ),
    "what is owed is another sum": (
        FINAL,
        "UPDATE payments_openitem SET net = net - 1, gross = gross - 1",
    ),
    "more is paid than is owed": (
        "nobody_pays_more_than_they_owe",
        "UPDATE payments_openitem SET paid = gross * 2",
    ),
    "a settlement is to nothing": (FINAL, "UPDATE payments_settlement SET open_item_id = NULL"),
    "more is released than was held": (
        "no_more_leaves_an_escrow_than_it_held",
        "UPDATE payments_escrow SET released = gross + 1 WHERE state = 'held'",
    ),
    "an empty escrow is held": (
        "no_more_leaves_an_escrow_than_it_held",
        "UPDATE payments_escrow SET released = gross WHERE state = 'held'",
    ),
    "a payout is of another sum": (FINAL, "UPDATE payments_payout SET amount = amount + 1"),
    "a payout costs more": (FINAL, "UPDATE payments_payout SET fee = fee + 1"),
    "a payout goes elsewhere": (FINAL, "UPDATE payments_payout SET method_id = -1"),
    "a payout on its way is requested again": (
        'leads from "sent" to "requested"',
        "UPDATE payments_payout SET state = 'requested'",
    ),
    "a bank becomes another's": (FINAL, "UPDATE payments_payoutmethod SET organization_id = 0"),
    "a bank has another holder": (FINAL, "UPDATE payments_payoutmethod SET holder = 'Mallory'"),
    "a bank is refused without a doubt": (
        'leads from "named" to "refused"',
        "UPDATE payments_payoutmethod SET state = 'refused', removed_at = now()",
    ),
    "a bank is doubted and nobody knows why": (
        "a_doubted_bank_says_whose_it_is_and_until_when_we_look",
        "UPDATE payments_payoutmethod SET state = 'doubted', review_on = now()",
    ),
    "a payout is of no known speed": (FINAL, "UPDATE payments_payout SET speed = 'soon'"),
    "a payout becomes faster": (FINAL, "UPDATE payments_payout SET speed = 'instant'"),
    "a fee goes back of what was slow all along": (
        FINAL,
        "UPDATE payments_payout SET fee_back = fee, slowed_at = now(), slowed_for = 'Why.'",
    ),
    "a refund is of another sum": (FINAL, "UPDATE payments_refund SET amount = amount + 1"),
    "credit pays another part of a charge": (
        FINAL,
        "UPDATE payments_charge SET credit = credit + 1",
    ),
    "credit pays another part of a settlement": (
        FINAL,
        "UPDATE payments_settlement SET credit = credit + 1",
    ),
    "another part of a refund is kept": (FINAL, "UPDATE payments_refund SET to_credit = 1"),
    "a refund comes out of nowhere": (FINAL, "UPDATE payments_refund SET escrow_id = NULL"),
    "a settlement is of another sum": (FINAL, "UPDATE payments_settlement SET amount = amount + 1"),
    "a command says something else": (FINAL, "UPDATE payments_gatewaycommand SET params = '{}'"),
    "a command is about nothing": (
        "command_is_about_one_thing",
        (
            "UPDATE payments_gatewaycommand SET charge_id = NULL,"
            " refund_id = NULL, payout_id = NULL, payee_id = NULL, payer_id = NULL"
        ),
    ),
    "a command is in no known state": (
        "command_state_is_known",
        "UPDATE payments_gatewaycommand SET state = 'lost'",
    ),
    "a try was with another method": (FINAL, "UPDATE payments_chargeattempt SET round = round + 1"),
    "a try ended and nobody knows how": (
        "an_attempt_ends_when_its_outcome_is_known",
        "UPDATE payments_chargeattempt SET finished_at = begun_at",
    ),
    "it is late before it was tried": (
        "a_collection_is_late_after_a_round",
        "UPDATE payments_collection SET late_since = began_at",
    ),
    "there are two primary ways to pay": (
        "one_payment_method_at_each_place",
        "UPDATE payments_paymentmethod SET position = 0",
    ),
    "an account that never ends is warned of": (
        "only_what_expires_is_warned_of",
        "UPDATE payments_paymentmethod SET expires_on = NULL",
    ),
    "an event says something else": (FINAL, "UPDATE payments_gatewayevent SET payload = 'x'"),
    "an event comes twice": (
        "an_event_is_received_once",
        (
            "INSERT INTO payments_gatewayevent SELECT (json_populate_record(e,"
            " json_build_object('id', 999999))).* FROM payments_gatewayevent e LIMIT 1"
        ),
    ),
}
