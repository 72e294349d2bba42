"""The page of one quote: what becomes of a sum, at which rate, what we keep, and until when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.http import urlencode

from billing_site.kernel.money import EXPONENTS, show
from payments.models import Payout, Quote
from payments.queries.at_once import why_not_converted
from payments.queries.conversion import conversion_lines
from payments.queries.cost_lines import CostLine
from payments.queries.payout_cost import PayoutCost, cost_of


@dataclass(frozen=True, slots=True)
class QuotePage:
    quote: Quote
    cost: PayoutCost  # of withdrawing what it makes
    payout: Payout | None
    stands: bool

    @property
    def lines(self) -> list[CostLine]:
        made = conversion_lines(self.quote, self.quote.rate)
        return [*made, CostLine("Our fee", -self.cost.fee)]

    @property
    def total(self) -> CostLine:
        return CostLine("Reaches your bank", self.cost.net, note=str(self.quote.method))

    @property
    def what_now(self) -> str:
        if self.stands:
            return f"This rate is locked for you until {self.quote.valid_until:%H:%M} UTC."
        if self.payout:
            return "It was used: the withdrawal is on its way."
        return "This rate has run out. Nothing was converted."

    @property
    def why_not_instant(self) -> str:
        assert self.quote.method, "It is for a withdrawal; the database sees to it."
        return why_not_converted(self.quote.method)

    @property
    def verb(self) -> str:
        return f"Convert and withdraw {show(self.quote.amount)}"

    @property
    def again_url(self) -> str:
        """Where the same sum is shown at the rate of now."""
        quote = self.quote
        assert quote.method, "It is for a withdrawal; the database sees to it."
        asked = {
            "currency": quote.currency,
            "amount": f"{quote.amount.amount:.{EXPONENTS[quote.currency]}f}",
            "method": quote.method.ref,
        }
        return f"{reverse('payout-new')}?{urlencode(asked)}"

    @property
    def seen(self) -> dict[str, str]:
        """What the consent is to, besides the quote, which stays what it is."""
        return {
            "net": show(self.cost.net),
            "fee": show(self.cost.fee),
            "arrives_on": self.cost.arrives_on.isoformat(),
        }


def quote_page(quote: Quote, *, at: datetime) -> QuotePage:
    return QuotePage(
        quote=quote,
        cost=cost_of(quote.organization, quote.into, at=at),
        payout=Payout.objects.filter(quote=quote).first(),
        stands=quote.stands(at=at),
    )
