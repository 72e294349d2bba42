"""Which tasks settings name, so that what lies below need not know what lies above."""

from __future__ import annotations

# What falls due: each is called every minute, and in the demo at every moment that time jumps to.
TICKS = [
    "invoices.tasks.follow_timers",  # before any week is billed
    "invoices.tasks.bill_weeks",
    "invoices.tasks.bill_retainers",
    "invoices.tasks.expire_offers",
    "invoices.tasks.expire_rate_proposals",
    "invoices.tasks.remind_of_approval",
    "invoices.tasks.approve_unanswered",
    "invoices.tasks.return_unanswered",
    "invoices.tasks.remind_of_requests",
    "invoices.tasks.answer_requests",
    "invoices.tasks.withdraw_unpaid_weeks",
    "invoices.tasks.warn_of_held_money",
    "invoices.tasks.return_expired_money",
    "invoices.tasks.tell_of_quiet_contracts",
    "invoices.tasks.fail_dropped",
    "invoices.tasks.close_weeks",
    "invoices.tasks.close_contracts",
    "invoices.tasks.remind_of_payment",
    "invoices.tasks.charge_late_fees",
    "invoices.tasks.tell_of_budgets",
    "invoices.tasks.follow_arrears",
    "payments.tasks.end_restrictions",
    "disputes.tasks.warn_of_deadlines",
    "disputes.tasks.follow_deadlines",
    "disputes.tasks.split_waiting",
    "payments.tasks.fetch_rates",
    "payments.tasks.expire_quotes",
    "payments.tasks.make_available",
    "payments.tasks.withdraw_by_schedule",  # after what has become available
    "payments.tasks.send_payouts",
    "payments.tasks.collect_due",
    "payments.tasks.give_up_transfers",
    "payments.tasks.warn_of_expiry",
    "payments.tasks.remind_of_banks",
    "payments.tasks.run_stuck_commands",
    "payments.tasks.retry_events",
    "payments.tasks.fill_gaps",
    "payments.tasks.compare_balances",
    "records.tasks.forget_exports",
    "records.tasks.go_rounds",
    "records.tasks.erase_what_is_over",
    "ledger.tasks.seal_books",
    "billing_site.workflows.daily_heads.send_when_due",
    "billing_site.platform.laws.audit_when_due",
    "billing_site.platform.shared_cache.forget_expired",
]
# When the next of them has something to do, for whoever jumps through time.
NEXT_DUE = [
    "payments.tasks.next_due",
    "invoices.tasks.next_due",
    "disputes.tasks.next_due",
]
# What may take longer than Q_CLUSTER's timeout, in seconds, by its task or its sweep. One of them
# runs at a time, so that the other worker is always there for the rest.
LONG_JOBS = {
    "records.tasks.write_export": 3600,
    "records.tasks.erase_what_is_over": 3600,
    "payments.tasks.fill_gaps": 3600,
    "payments.tasks.compare_balances": 3600,
}
# When a job or the provider has something to do: no sweep has to find that.
NEXT_CALL = [
    "billing_site.platform.queue.next_due",
    "payments.gateways.sandbox.delivery.next_due",
]
PROVIDER_DELIVERS = "payments.gateways.sandbox.delivery.deliver_due"
GATEWAY_EVENT_TASK = "billing_site.workflows.gateway_events.handle"
CREDIT_CHARGE_TASK = "billing_site.workflows.gateway_events.handle_credit"
# What a client's bank is shown when it wants a payment back.
CHARGEBACK_PACK = "billing_site.workflows.evidence.pack"
CHARGEBACK_FILES = "billing_site.workflows.evidence_files.drawn"
# What sends back what one escrow holds, once two people of our staff have decided so.
PROTECTIVE_REFUND_TASK = "invoices.tasks.send_back_suspected"
# What is done once a payout is on its way to the bank: its advice is written.
PAYOUT_SENT_TASK = "invoices.tasks.advise_payout"
# Which documents of a client the reference of its bank transfer names.
NAMED_DOCUMENTS = "invoices.queries.named.documents_named"
# Each says why an organization is going to be charged without being there, or nothing.
CHARGES_EXPECTED = ["invoices.queries.promises.charges_expected"]
