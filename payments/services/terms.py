"""What an agreement says of the money for one piece of work, before any of it moves."""

from __future__ import annotations

from dataclasses import dataclass

from billing_site.kernel.money import Money
from billing_site.people.models import Organization


@dataclass(frozen=True, slots=True)
class EscrowTerms:
    """What a client sets aside for, or owes on, one piece of work, as the contract fixed it."""

    freelancer: Organization
    document: str  # "milestone/K7Q2…"
    title: str  # as the payer reads it on the payment page
    net: Money
    tax: Money
    client_fee: Money
    client_fee_tax: Money
    freelancer_fee_bps: int
    freelancer_fee_tax_bps: int
    fee_tax_country_client: str
    fee_tax_country_freelancer: str
    security_days: int

    @property
    def total(self) -> Money:
        return self.net + self.tax + self.client_fee + self.client_fee_tax

    def columns(self) -> dict[str, object]:
        """What a row of `payments.models.terms.Terms` takes over, but the client."""
        return {
            "freelancer": self.freelancer,
            "document": self.document,
            "title": self.title,
            "currency": str(self.net.currency),
            "net": self.net,
            "tax": self.tax,
            "gross": self.net + self.tax,
            "client_fee": self.client_fee,
            "client_fee_tax": self.client_fee_tax,
            "freelancer_fee_bps": self.freelancer_fee_bps,
            "freelancer_fee_tax_bps": self.freelancer_fee_tax_bps,
            "fee_tax_country_client": self.fee_tax_country_client,
            "fee_tax_country_freelancer": self.fee_tax_country_freelancer,
            "security_days": self.security_days,
        }
