"""What a client sees before approving several invoices at once."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from billing_site.kernel.money import Money, show, to_minor
from billing_site.people.models import Membership
from invoices.models import Invoice
from invoices.queries.home import counted
from invoices.queries.over_budget import why_over_of
from invoices.queries.queue import BY_DEADLINE, Filters, narrowed, seats_in_queue

MOST = 50


@dataclass(frozen=True, slots=True)
class Several:
    invoices: list[Invoice]
    totals: list[Money]  # one a currency
    left_out: int  # that were chosen, and are not this viewer's to approve any more
    refused: list[tuple[Invoice, str]]  # that a budget has no room for

    @property
    def total_words(self) -> str:
        return " and ".join(show(total) for total in self.totals)

    @property
    def heading(self) -> str:
        if not self.invoices:
            return "Nothing to approve"
        count = counted(len(self.invoices), "invoice", "invoices")
        return f"Approve {count}, {self.total_words} in all"

    @property
    def sentence(self) -> str:
        if self.invoices:
            return (
                "Each is decided by itself: one that cannot be approved keeps none of the others"
                " waiting."
            )
        if self.refused:
            return "A budget has no room for what you chose."
        if self.left_out:
            return "None of these waits for your approval any more."
        return "You have not ticked any."

    @property
    def seen(self) -> dict[str, str]:
        """What is consented to: each invoice, with its total and its round."""
        return {f"seen-{each.ref}": _seen(each) for each in self.invoices}


def several(refs: Collection[str], acting: Membership, *, at: datetime) -> Several:
    """Return those of *refs* that the viewer could approve this minute, nearest deadline first."""
    asked = set(list(refs)[:MOST])
    ours = Invoice.objects.filter(recipient=acting.organization, ref__in=asked)
    seats = seats_in_queue(acting, at=at)
    found = narrowed(ours, Filters(mine=True), acting=acting, seats=seats, at=at)
    invoices = list(found.select_related("contract", "issuer", "recipient").order_by(*BY_DEADLINE))
    count = len(invoices)
    why = why_over_of(invoices, at=at)
    refused = [(each, why[each.pk]) for each in invoices if each.pk in why]
    invoices = [each for each in invoices if each.pk not in why]
    totals: dict[str, Money] = {}
    for each in invoices:
        so_far = totals.get(each.currency)
        totals[each.currency] = each.gross if so_far is None else so_far + each.gross
    together = [totals[key] for key in sorted(totals)]
    return Several(invoices, together, len(asked) - count, refused)


def _seen(invoice: Invoice) -> str:
    return f"{to_minor(invoice.gross)} {invoice.currency} {invoice.round}"
