"""What a client pays for one piece of work and what of it becomes whose: columns, and shares."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import models

from billing_site.kernel.fields import currency_field, money_field
from billing_site.kernel.money import (
    COINS,
    WHOLE,
    Money,
    from_minor,
    proportion_minor,
    share,
    to_minor,
)


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the gross, and what belongs to it. All sums are in one currency."""

    gross: Money
    net: Money
    client_fee: Money
    client_fee_tax: Money
    freelancer_fee: Money
    freelancer_fee_tax: Money

    @property
    def net_to_freelancer(self) -> Money:
        return self.gross - self.freelancer_fee - self.freelancer_fee_tax

    @property
    def client_total(self) -> Money:
        return self.gross + self.client_fee + self.client_fee_tax


class Terms(models.Model):
    """The sums and rates that a contract fixed, copied to where money is held or owed."""

    client = models.ForeignKey("people.Organization", models.PROTECT, related_name="+")
    freelancer = models.ForeignKey("people.Organization", models.PROTECT, related_name="+")
    document = models.CharField(max_length=60, help_text="milestone/K7Q2…: whose money it is")
    title = models.CharField(max_length=200, help_text="In the words of the payer's receipt")
    currency = currency_field()
    net = money_field(help_text="The price of the work")
    tax = money_field(help_text="The freelancer's own VAT on it")
    gross = money_field(help_text="Net and tax: what the work is worth to the freelancer")
    client_fee = money_field(help_text="What the client pays us on top")
    client_fee_tax = money_field(help_text="VAT on the client's fee")
    freelancer_fee_bps = models.PositiveSmallIntegerField()
    freelancer_fee_tax_bps = models.PositiveSmallIntegerField()
    fee_tax_country_client = models.CharField(max_length=2)
    fee_tax_country_freelancer = models.CharField(max_length=2)
    security_days = models.PositiveSmallIntegerField()

    class Meta:
        abstract = True

    @property
    def total(self) -> Money:
        """What the client pays for it all."""
        return self.gross + self.client_fee + self.client_fee_tax

    @property
    def freelancer_fee(self) -> Money:
        """Our fee on the price, never on the freelancer's VAT."""
        return share(self.net, basis_points=self.freelancer_fee_bps)

    @property
    def freelancer_fee_tax(self) -> Money:
        return share(self.freelancer_fee, basis_points=self.freelancer_fee_tax_bps)

    @property
    def net_to_freelancer(self) -> Money:
        return self.gross - self.freelancer_fee - self.freelancer_fee_tax

    def part(self, gross: Money, *, before: Money) -> Part:
        """Return what goes with *gross* of the gross, where *before* of it went the same way.

        Rounded cumulatively: the fee of a part is the fee of the total so far less what
        was taken, so the parts of the whole add up to what the terms say of the whole, and
        none of them is worth less than nothing to anybody, be it a single coin.
        """
        until, since = self._until(to_minor(before + gross)), self._until(to_minor(before))
        net, client_fee, client_fee_tax, fee, fee_tax = (
            from_minor(now - then, self.currency) for now, then in zip(until, since, strict=True)
        )
        return Part(gross, net, client_fee, client_fee_tax, fee, fee_tax)

    def fee_taken_early(self, part: Money) -> Money:
        """Return the coin of our fee that is taken by *part*, the first of it, one coin early."""
        until, whole = to_minor(part), to_minor(self.gross)
        early = self._fees_until(until, whole)[0] - self._fees_at(until, whole)[0]
        return from_minor(early, self.currency)

    def _until(self, part: int) -> tuple[int, int, int, int, int]:
        """Return what goes with the first minor units of the gross, in the order of `Part`."""
        if not part:
            return 0, 0, 0, 0, 0
        whole = to_minor(self.gross)

        def share_of(money: Money) -> int:
            return proportion_minor(to_minor(money), part, whole, self.currency)

        fees = share_of(self.client_fee), share_of(self.client_fee_tax)
        return share_of(self.net), *fees, *self._fees_until(part, whole)

    def _fees_until(self, part: int, whole: int) -> tuple[int, int]:
        """Return our fee in the first minor units of the gross, and the tax on it.

        Where the next coin would bring one of the fee and one of its tax, which is more than
        it is, the fee takes its own one coin earlier. Fees are less than half of the price.
        """
        fee, tax = self._fees_at(part, whole)
        one = COINS.get(self.currency, 1)
        if part < whole:
            next_fee, next_tax = self._fees_at(min(part + one, whole), whole)
            if next_fee + next_tax > fee + tax + one:
                return next_fee, tax
        return fee, tax

    def _fees_at(self, part: int, whole: int) -> tuple[int, int]:
        net = proportion_minor(to_minor(self.net), part, whole, self.currency)
        fee = proportion_minor(net, self.freelancer_fee_bps, WHOLE, self.currency)
        return fee, proportion_minor(fee, self.freelancer_fee_tax_bps, WHOLE, self.currency)
