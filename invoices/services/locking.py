"""Locks are taken from the top: contract, then milestone or week, then invoice."""

from __future__ import annotations

from invoices.models import Contract, Invoice, Milestone, RefundRequest, Week


def lock_with_contract(milestone_id: int) -> tuple[Contract, Milestone]:
    """Lock a contract, then a milestone of it."""
    contract_id = Milestone.objects.values_list("contract_id", flat=True).get(pk=milestone_id)
    contract = Contract.objects.lock(contract_id)
    milestone = Milestone.objects.lock(milestone_id)
    milestone.contract = contract
    return contract, milestone


def lock_from_the_top(invoice_id: int) -> tuple[Contract, Invoice]:
    """Lock the contract, the milestone or week that it bills, and the invoice."""
    found = Invoice.objects.values_list("contract_id", "milestone_id", "week_id")
    contract_id, milestone_id, week_id = found.get(pk=invoice_id)
    contract = Contract.objects.lock(contract_id)
    milestone = Milestone.objects.lock(milestone_id) if milestone_id else None
    week = Week.objects.lock(week_id) if week_id else None
    invoice = Invoice.objects.lock(invoice_id)
    invoice.contract = contract
    if milestone:
        milestone.contract = contract
        invoice.milestone = milestone
    if week:
        week.contract = contract
        invoice.week = week
    return contract, invoice


def lock_above(escrow_id: int) -> None:
    """Lock what waits for an answer about held money, from the top, before the money itself."""
    waiting = Invoice.objects.awaiting_approval().filter(escrow=escrow_id).order_by("pk")
    for invoice_id in waiting.values_list("pk", flat=True):
        lock_from_the_top(invoice_id)
    asked = RefundRequest.objects.asked().filter(milestone__escrow=escrow_id).order_by("pk")
    for request_id in asked.values_list("pk", flat=True):
        lock_request(request_id)


def lock_request(request_id: int) -> RefundRequest:
    """Lock the contract, the milestone or invoice that money is asked for, and the request."""
    found = RefundRequest.objects.values_list("milestone_id", "invoice_id").get(pk=request_id)
    milestone_id, invoice_id = found
    if milestone_id:
        contract, milestone = lock_with_contract(milestone_id)
    else:
        contract, invoice = lock_from_the_top(invoice_id)
    request = RefundRequest.objects.lock(request_id)
    request.contract = contract
    if milestone_id:
        request.milestone = milestone
    else:
        request.invoice = invoice
    return request
