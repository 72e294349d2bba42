"""What a freelancer gets of what is billed or agreed and not held, after our fee."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q

from billing_site.kernel.money import Money, share, zero
from billing_site.people.models import Organization
from invoices.fees import FREE_OF_FEES
from invoices.models import Contract, Invoice, Milestone, RetainerTerms, Week
from invoices.queries.unbilled import unbilled
from invoices.retainers import DAY, calendar, cost_of_days, period_at
from invoices.taxing import fee_tax
from payments.models import Escrow, OpenItem
from payments.queries.stages import Stage

BILLED = "billed on the Monday after each week"


def agreed(freelancer: Organization, currency: str, *, at: datetime) -> list[Stage]:
    """Return what work will bring that nobody has paid yet, where that is something."""
    fee_tax_bps = fee_tax(freelancer, on=at.date()).bps
    contracts = Contract.objects.filter(
        freelancer=freelancer, state__in=Contract.IN_FORCE, currency=currency
    )
    kinds = set(contracts.values_list("kind", flat=True).distinct())
    facts = {"contract__freelancer": freelancer, "contract__state__in": Contract.IN_FORCE}
    milestones = Milestone.objects.filter(
        state__in=(Milestone.State.PLANNED, Milestone.State.FUNDING), currency=currency, **facts
    ).select_related("contract")
    retainers = RetainerTerms.objects.filter(bills_on__isnull=False, currency=currency, **facts)
    weeks = Week.objects.filter(contract__currency=currency, **facts)

    def stage(words: str, note: str, found: list[tuple[Contract, Money]]) -> Stage:
        gets = (_gets(contract, net, fee_tax_bps) for contract, net in found)
        return Stage(words, sum(gets, zero(currency)), note)

    # Most have contracts of one kind: the others are not asked for.
    planned = list(milestones) if Contract.Kind.FIXED in kinds else []
    running = list(retainers.select_related("contract")) if Contract.Kind.RETAINER in kinds else []
    logged = list(unbilled(weeks)) if Contract.Kind.HOURLY in kinds else []
    billed, owed = _billed(freelancer, currency), _owed(freelancer, currency)
    stages = [
        Stage(
            "Billed, not paid",
            sum((_gets_of(it, fee_tax_bps) for it in billed), sum(owed, zero(currency))),
            f"{len(billed)} in review, {len(owed)} approved",
        ),
        stage("Milestones to be funded", _by(planned), [(it.contract, it.price) for it in planned]),
        stage("Retainers", _on(running), [(it.contract, _period(it)) for it in running]),
        stage("Hours not billed yet", BILLED, logged),
    ]
    return [each for each in stages if each.amount]


def _billed(freelancer: Organization, currency: str) -> list[Invoice]:
    """What is being reviewed, and what pays for it has not come."""
    reviewed = Invoice.objects.filter(
        Q(escrow=None) | Q(escrow__state=Escrow.State.EXPECTED),
        issuer=freelancer,
        currency=currency,
        state__in=(*Invoice.REVIEWED, Invoice.State.RETURNED),
    )
    return list(reviewed.select_related("contract"))


def _owed(freelancer: Organization, currency: str) -> list[Money]:
    """What is left of approved invoices that the platform has not paid in the client's stead."""
    items = OpenItem.objects.still_owed().filter(
        freelancer=freelancer, currency=currency, is_advanced=False
    )
    return [
        item.part(item.unpaid_gross, before=item.gross - item.unpaid_gross).net_to_freelancer
        for item in items
    ]


def _gets_of(invoice: Invoice, fee_tax_bps: int) -> Money:
    if invoice.source in FREE_OF_FEES:
        return invoice.gross
    fee = share(invoice.net, basis_points=invoice.contract.freelancer_fee_bps)
    return invoice.gross - fee - share(fee, basis_points=fee_tax_bps)


def _gets(contract: Contract, net: Money, fee_tax_bps: int) -> Money:
    fee = share(net, basis_points=contract.freelancer_fee_bps)
    gross = net + share(net, basis_points=contract.tax_bps)
    return gross - fee - share(fee, basis_points=fee_tax_bps)


def _period(terms: RetainerTerms) -> Money:
    """What the period that runs costs, if all of its days are worked."""
    assert terms.bills_on, "It runs."
    last = terms.bills_on - DAY
    return cost_of_days(terms, period_at(terms, last).count, calendar(last, terms.cadence))


def _by(milestones: list[Milestone]) -> str:
    due = min((each.due_on for each in milestones if each.due_on), default=None)
    return f"{len(milestones)} in all" + (f", the first due on {due.day} {due:%B}" if due else "")


def _on(retainers: list[RetainerTerms]) -> str:
    day = min((each.bills_on for each in retainers if each.bills_on), default=None)
    return f"what runs now, the next billed on {day.day} {day:%B}" if day else ""
