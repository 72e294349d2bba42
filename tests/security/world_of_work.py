"""Contracts, projects, hours and invoices between the two sides."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from billing_site.kernel.money import Money
from billing_site.platform.models import File
from invoices.models import FeeCreditNote, FeeInvoice, Receipt
from invoices.services import (
    contracts,
    crediting,
    expenses,
    invoice_templates,
    invoicing,
    projects,
    rate_proposals,
    refund_requests,
    timing,
    writing_off,
)
from invoices.services.invoicing import Upload
from payments.gateways.base import Paper
from payments.gateways.sandbox import disputing
from payments.gateways.sandbox.models import SandboxCustomer
from payments.models import Charge
from payments.services import exchange_rates, outbox
from tests import given, given_lines, given_projects
from tests.given import EUR

if TYPE_CHECKING:
    from tests.security.world import World

TEXT = Upload("notes.txt", b"What was done, and why.", "text/plain")
TEN_DAYS = timedelta(days=10)  # what was approved then is available now


def keep_contracts(world: World, sides: dict[str, Any]) -> None:
    at = world.now - timedelta(hours=3)
    client, freelancer = sides["client"], sides["freelancer"]
    world.keep("draft contract", given.draft_contract(**sides, at=at))
    world.keep("offered contract", given.offered_contract(**sides, at=at))
    active = given.active_contract(**sides, at=at)
    world.keep("active contract", active)
    world.keep("expense", given.expense(active, by=freelancer, at=at))
    invoiced = given.expense(active, by=freelancer, at=at)
    expenses.invoice(active.pk, [invoiced.ref], by=freelancer, at=at)
    world.keep("invoiced expense", invoiced)
    world.keep("planned milestone", active.milestones.get())
    exchange_rates.fetch_when_due(at=world.now)
    dollars = Money("100.00", "USD")
    world.keep("dollar milestone", given.planned_milestone(**sides, price=dollars, at=at))
    declined = given.offered_contract(**sides, at=at)
    world.keep("declined contract", contracts.decline(declined.pk, by=freelancer, at=at))
    paused = given.active_contract(**sides, at=at)
    world.keep("paused contract", contracts.pause(paused.pk, by=client, at=at))
    funding = given.funding_milestone(**sides, at=at)
    world.keep("funding milestone", funding)
    begun = Charge.objects.get(settlements__escrow=funding.escrow_id)
    world.keep("begun charge", begun)
    outbox.open_page(begun.pk, at=at)
    begun.refresh_from_db(fields=["session_id"])
    world.keep("payment page", begun.session_id)
    paper = Paper("pack.pdf", "application/pdf", "", b"%PDF-1.7")
    world.keep("sandbox file", disputing.keep(paper).pk)
    world.keep("sandbox customer", SandboxCustomer.objects.earliest("created_at").pk)
    world.keep("funded milestone", given.funded_milestone(**sides, at=at))
    asked = given.refund_request(**sides, at=at)
    world.keep("asked refund request", asked)
    world.keep("milestone asked back", asked.milestone)
    granted = given.refund_request(**sides, at=at)
    refund_requests.grant(granted.pk, by=freelancer, at=at)
    world.keep("granted refund request", granted)


def keep_projects(world: World, client: Any, freelancer: Any) -> None:
    at = world.now - timedelta(hours=4)
    project = given_projects.budgeted(client, EUR("90000.00"), at=at)
    world.keep("project", project)
    world.keep("budget", project.budgets.get())
    planned = given_projects.project(client, code="PLAN", at=at)
    world.keep("planned project", planned)
    hourly = given.hourly_contract(client=client, freelancer=freelancer, at=at)
    world.keep("planned contract", given_projects.assigned(hourly, planned, by=client, at=at))
    world.refs["worker of the plan"] = str(freelancer.pk)
    closed = given_projects.project(client, code="OLD", at=at)
    world.keep("closed project", projects.close(closed.pk, by=client, at=at))


def keep_hours(world: World, sides: dict[str, Any]) -> None:
    """Time of an hour ago and a timer that runs; and an hour of this week to write down."""
    freelancer = sides["freelancer"]
    at = world.now - timedelta(hours=5)
    tracked = given.hourly_contract(**sides, manual=False, at=at)
    world.keep("tracked contract", tracked)
    hourly = given.hourly_contract(**sides, at=at)
    world.keep("hourly contract", hourly)
    world.keep(
        "rate proposal",
        rate_proposals.propose(hourly.pk, EUR("65.00"), by=freelancer, at=world.now),
    )
    proposed = rate_proposals.propose(tracked.pk, EUR("66.00"), by=freelancer, at=at)
    world.keep(
        "withdrawn rate proposal",
        rate_proposals.withdraw(proposed.pk, by=freelancer, at=world.now),
    )
    start = (world.now - timedelta(hours=2)).replace(minute=0, second=0, microsecond=0)
    entry = given.wrote(hourly, by=freelancer, start=start, minutes=30)[-1]
    world.keep("time", entry)
    world.keep("monday of the time", entry.week.starts_on.isoformat())
    world.keep("running timer", timing.start(hourly.pk, by=freelancer, at=world.now))
    free = start - timedelta(hours=1)
    world.refs |= {
        "day of new time": free.date().isoformat(),
        "start of new time": f"{free:%H:%M}",
        "end of new time": f"{free + timedelta(minutes=5):%H:%M}",
        "op_id of new time": "5f0b0c4e-5f0e-4a43-9a53-0d5a3c1f0b5a",
    }


def keep_invoices(world: World, sides: dict[str, Any]) -> None:
    at = world.now - TEN_DAYS
    submitted = given.submitted_invoice(**sides, at=at, uploads=[TEXT])
    world.keep("submitted invoice", submitted)
    world.keep("delivered file", File.objects.latest("pk"))
    world.keep("delivered milestone", submitted.milestone)
    world.keep("returned invoice", given.returned_invoice(**sides, at=at))
    funded = given.funded_milestone(**sides, at=at)
    drafted = invoicing.draft(funded.pk, by=sides["freelancer"], at=at)
    world.keep("draft invoice", drafted)
    written = given_lines.written_invoice(**sides, at=at)
    world.keep("written invoice", written)
    world.keep("sent written invoice", given_lines.sent_invoice(**sides, at=at))
    kept = invoice_templates.keep(written.pk, name="Usual", by=sides["freelancer"], at=at)
    world.keep("invoice template", kept)
    paid = given.paid_invoice(**sides, at=at)
    given.jobs_done(at=world.now, drawings=True)
    world.keep("paid invoice", paid)
    world.keep("verification", str(paid.verification_code))
    world.keep("succeeded charge", Charge.objects.get(settlements__escrow=paid.escrow_id))
    dollars = given.owed_invoice(**sides, price=Money("90.00", "USD"), at=at)
    world.keep("dollar invoice", invoicing.approve(dollars.pk, by=sides["client"], at=at))
    asked = given.owed_invoice(**sides, at=at)
    world.keep("owed invoice", invoicing.approve(asked.pk, by=sides["client"], at=at))
    deposits = Receipt.objects.filter(kind="deposit", escrow=paid.escrow_id)
    world.keep("deposit receipt", deposits.get())
    _after(world, sides, at)
    fees = FeeInvoice.objects.filter(milestone=paid.milestone_id)
    world.keep("client fee invoice", fees.get(side="client"))
    world.keep("freelancer fee invoice", fees.get(side="freelancer"))


def _after(world: World, sides: dict[str, Any], at: datetime) -> None:
    """One invoice was credited in part, and another is to be written off."""
    freelancer = sides["freelancer"]
    credited = given.paid_invoice(**sides, at=at)
    line = credited.lines.get()
    note = crediting.credit(
        credited.pk, amounts={line.pk: EUR("100.00")}, reason="Too much", by=freelancer, at=at
    )
    given.jobs_done(at=world.now, drawings=True)
    world.keep("credit note", note)
    fee_notes = FeeCreditNote.objects.filter(cause=f"credit_note/{note.ref}")
    world.keep("client fee credit note", fee_notes.get(fee_invoice__side="client"))
    owed = given.owed_invoice(**sides, at=at)
    given_up = invoicing.approve(owed.pk, by=sides["client"], at=at)
    world.keep("given up invoice", given_up)
    asked = writing_off.ask(given_up.pk, reason="Bankrupt", by=freelancer, at=world.now)
    world.keep("write-off", asked)
