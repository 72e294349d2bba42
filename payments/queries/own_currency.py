"""What a sum costs in its payer's own currency: at a rate that is locked, or as of now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from billing_site.kernel.money import Money, currency_of
from billing_site.kernel.transitions import NotAllowed
from billing_site.people.models import Organization
from payments.models import Quote
from payments.queries.conversion import Conversion, price_lines, price_of
from payments.queries.cost_lines import CostLine
from payments.queries.credit import left_to_pay


@dataclass(frozen=True, slots=True)
class OwnCurrency:
    currency: str  # the payer's
    due: str  # the currency of what is paid
    quote: Quote | None = None  # the rate that is locked for it
    now: Conversion | None = None  # what it would cost, where none is
    said: str = ""  # what became of a rate, or why there is none

    @property
    def lines(self) -> list[CostLine]:
        if self.quote:
            return price_lines(self.quote, self.quote.rate)
        return price_lines(self.now, self.now.mid.rate) if self.now else []

    @property
    def total(self) -> CostLine | None:
        found = self.quote or self.now
        words = f"You pay in {self.currency}" if self.quote else f"You would pay in {self.currency}"
        return CostLine(words, found.amount) if found else None

    @property
    def minutes(self) -> int:
        return int(settings.QUOTE_MINUTES)

    @property
    def seen(self) -> dict[str, str]:
        """What a consent is to, besides the sums of the quote, which stay what they are."""
        return {"seen_quote": self.quote.ref if self.quote else ""}


def own_currency(
    client: Organization, total: Money, *, document: str, ref: str, at: datetime
) -> OwnCurrency | None:
    """Return what *total* for *document* costs its client; None: there is nothing to convert.

    *ref* is the quote that they look at, or agree to: whether it stands is said here.
    """
    due = currency_of(total)
    if client.currency == due or not (to_pay := left_to_pay(client, total)):
        return None
    said = ""
    quote = Quote.objects.filter(ref=ref, organization=client, document=document).first()
    if quote:
        if quote.is_used or (quote.stands(at=at) and quote.into == to_pay):
            return OwnCurrency(client.currency, due, quote=quote)
        said = "The rate that you locked is over, and nothing was charged."
    try:
        return OwnCurrency(
            client.currency, due, now=price_of(to_pay, client.currency, at=at), said=said
        )
    except NotAllowed as refusal:
        return OwnCurrency(client.currency, due, said=f"{said} {refusal}".strip())
