"""What a freelancer gets of what is billed or agreed and not held, after our fee."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from billing_site.kernel.money import Money, share, zero
from billing_site.kernel.prepared import Prepared
from billing_site.people.models import Organization
from invoices.fees import FREE_OF_FEES
from invoices.models import Contract, Invoice, Milestone, RetainerTerms, Week
from invoices.queries.unbilled import of_open, unbilled
from invoices.retainers import DAY, calendar, cost_of_days, period_at
from invoices.taxing import fee_tax
from payments.models import Escrow, OpenItem
from payments.queries.stages import Stage

BILLED = "billed on the Monday after each week"


def agreed(freelancer: Organization, currency: str, *, at: datetime) -> list[Stage]:
    """Return what work will bring that nobody has paid yet, where that is something."""
    fee_tax_bps = fee_tax(freelancer, on=at.date()).bps
    asked = currency, freelancer.pk
    kinds = {kind for (kind,) in _KINDS.all(*asked)}

    def stage(words: str, note: str, found: list[tuple[Contract, Money]]) -> Stage:
        gets = (_gets(contract, net, fee_tax_bps) for contract, net in found)
        return Stage(words, sum(gets, zero(currency)), note)

    # Most have contracts of one kind: the others are not asked for.
    planned = _PLANNED.all(*asked) if Contract.Kind.FIXED in kinds else []
    running = _RETAINERS.all(*asked) if Contract.Kind.RETAINER in kinds else []
    logged = list(of_open(_WEEKS.all(*asked))) if Contract.Kind.HOURLY in kinds else []
    billed, owed = _BILLED.all(*asked), _owed(freelancer, currency)
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


def _kinds(currency: str, freelancer: int) -> QuerySet[Any, Any]:
    contracts = Contract.objects.filter(
        freelancer=freelancer, state__in=Contract.IN_FORCE, currency=currency
    )
    return contracts.values_list("kind").distinct()


def _facts(currency: str, freelancer: int) -> dict[str, Any]:
    return {
        "contract__freelancer": freelancer,
        "contract__state__in": Contract.IN_FORCE,
        "contract__currency": currency,
    }


def _planned(currency: str, freelancer: int) -> QuerySet[Milestone]:
    states = (Milestone.State.PLANNED, Milestone.State.FUNDING)
    planned = Milestone.objects.filter(state__in=states, **_facts(currency, freelancer))
    return planned.select_related("contract")


def _retainers(currency: str, freelancer: int) -> QuerySet[RetainerTerms]:
    running = RetainerTerms.objects.filter(bills_on__isnull=False, **_facts(currency, freelancer))
    return running.select_related("contract")


def _weeks(currency: str, freelancer: int) -> QuerySet[Week]:
    return unbilled(Week.objects.filter(**_facts(currency, freelancer)))


def _billed(currency: str, freelancer: int) -> QuerySet[Invoice]:
    """What is being reviewed, and what pays for it has not come."""
    reviewed = Invoice.objects.filter(
        Q(escrow=None) | Q(escrow__state=Escrow.State.EXPECTED),
        issuer=freelancer,
        currency=currency,
        state__in=(*Invoice.REVIEWED, Invoice.State.RETURNED),
    )
    return reviewed.select_related("contract")


def _unpaid(currency: str, freelancer: int) -> QuerySet[OpenItem]:
    return OpenItem.objects.still_owed().filter(
        freelancer=freelancer, currency=currency, is_advanced=False
    )


_KINDS, _PLANNED, _RETAINERS = Prepared(_kinds), Prepared(_planned), Prepared(_retainers)
_WEEKS, _BILLED, _UNPAID = Prepared(_weeks), Prepared(_billed), Prepared(_unpaid)


def _owed(freelancer: Organization, currency: str) -> list[Money]:
    """What is left of approved invoices that the platform has not paid in the client's stead."""
    return [
        item.part(item.unpaid_gross, before=item.gross - item.unpaid_gross).net_to_freelancer
        for item in _UNPAID.all(currency, freelancer.pk)
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
