"""What a client pays for one piece of work and what of it becomes whose: columns, and shares."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import models

from billing_site.kernel.fields import currency_field, money_field
from billing_site.kernel.money import Money, coin, proportion, share, to_minor


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
        until, since = self._until(before + gross), self._until(before)
        return Part(
            gross=gross,
            net=until.net - since.net,
            client_fee=until.client_fee - since.client_fee,
            client_fee_tax=until.client_fee_tax - since.client_fee_tax,
            freelancer_fee=until.freelancer_fee - since.freelancer_fee,
            freelancer_fee_tax=until.freelancer_fee_tax - since.freelancer_fee_tax,
        )

    def _until(self, gross: Money) -> Part:
        """Return what goes with the first *gross* of the gross."""
        if not gross:
            return Part(gross, gross, gross, gross, gross, gross)
        part, whole = to_minor(gross), to_minor(self.gross)
        net = proportion(self.net, part, whole)
        fee, fee_tax = self._fees_until(gross)
        return Part(
            gross=gross,
            net=net,
            client_fee=proportion(self.client_fee, part, whole),
            client_fee_tax=proportion(self.client_fee_tax, part, whole),
            freelancer_fee=fee,
            freelancer_fee_tax=fee_tax,
        )

    def _fees_until(self, gross: Money) -> tuple[Money, Money]:
        """Return our fee in the first *gross* of the gross, and the tax on it.

        Where the next coin would bring one of the fee and one of its tax, which is more than
        it is, the fee takes its own one coin earlier. Fees are less than half of the price.
        """
        fee, tax = self._fees_at(gross)
        one = coin(self.currency)
        if gross < self.gross:
            next_fee, next_tax = self._fees_at(min(gross + one, self.gross))
            if next_fee + next_tax > fee + tax + one:
                return next_fee, tax
        return fee, tax

    def _fees_at(self, gross: Money) -> tuple[Money, Money]:
        net = proportion(self.net, to_minor(gross), to_minor(self.gross))
        fee = share(net, basis_points=self.freelancer_fee_bps)
        return fee, share(fee, basis_points=self.freelancer_fee_tax_bps)
