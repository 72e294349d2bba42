"""Invoices by hand: written, sent, approved, paid, credited or given up, as their scripts say."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from billing_site.kernel.money import Money
from billing_site.people.models import User
from billing_site.workflows.demo_world.roster import Roster
from billing_site.workflows.demo_world.scripts import Deed
from billing_site.workflows.demo_world.trades import Bill, Engagement
from invoices.models import Contract, Invoice
from invoices.services import crediting, invoicing, late_fees, owing, writing, writing_off
from invoices.taxing import proposed
from invoices.written import WrittenInvoice, WrittenLine
from payments.gateways.sandbox import paying
from payments.models import Quote
from payments.services import exchange_rates, outbox, own_currency


@dataclass(slots=True)
class BillPlay:
    """One invoice that somebody writes, as far as the story has come."""

    engagement: Engagement
    bill: Bill
    roster: Roster
    invoice: Invoice | None = None

    def step(self, contract: Contract, deed: Deed, *, at: datetime) -> None:
        """Do what its script says. Its first step writes it."""
        if deed.verb == "write":
            self.invoice = writing.write(contract.pk, self._words(at=at), by=self._owner(), at=at)
            return
        assert self.invoice, f"“{self.bill.title}” is not written yet."
        key, owner, client = self.invoice.pk, self._owner(), self._client()
        match deed.verb:
            case "send":
                invoicing.submit(key, message=self.bill.says, by=owner, at=at)
            case "approve":
                invoicing.approve(key, by=client, at=at)
            case "waive":
                late_fees.waive(key, by=owner, at=at)
            case "pay_own":
                self._pay("4242", at=at, in_own_currency=True)
            case "pay":
                self._pay(deed.note or "4242", at=at)
            case "credit":
                invoice = Invoice.objects.get(pk=key)
                crediting.credit(
                    key, amounts=crediting.whole(invoice), reason=deed.note, by=owner, at=at
                )
            case _:
                self._give_up(deed, at=at)

    def _words(self, *, at: datetime) -> WrittenInvoice:
        told = self.engagement
        freelancer, client = (
            self.roster.organizations[told.freelancer],
            self.roster.organizations[told.client],
        )
        line = WrittenLine(
            self.bill.title,
            Decimal(self.bill.quantity),
            Money(self.bill.price, told.currency),
            proposed(freelancer=freelancer, client=client, on=at.date()),
            unit=self.bill.unit,
        )
        return WrittenInvoice(title=self.bill.title, lines=[line], net_days=self.bill.net_days)

    def _pay(self, outcome: str, *, at: datetime, in_own_currency: bool = False) -> None:
        assert self.invoice
        quote = self._quote(at=at) if in_own_currency else None
        charge = owing.pay(self.invoice.pk, by=self._payer(), at=at, quote=quote)
        page = outbox.open_page(charge.pk, at=at)
        assert page, "The sandbox opens its pages at once."
        paying.pay(page.session_id, outcome, at=at)

    def _quote(self, *, at: datetime) -> Quote:
        """What it costs in the client's own currency, locked and agreed to at once."""
        item = Invoice.objects.get(pk=self.invoice.pk if self.invoice else 0).open_item
        assert item, "It was approved."
        exchange_rates.fetch_when_due(at=at)
        return own_currency.quote(
            client=item.client, total=item.owed, document=item.document, by=self._payer(), at=at
        )

    def _give_up(self, deed: Deed, *, at: datetime) -> None:
        """One person asks to write it off, and another one decides."""
        assert self.invoice
        if deed.verb == "ask_write_off":
            by = self.roster.seated(self.engagement.freelancer, "finance")
            writing_off.ask(self.invoice.pk, reason=deed.note, by=by, at=at)
            return
        asked = self.invoice.write_offs.latest("pk")
        decide = {"write_off": writing_off.confirm, "keep_asking": writing_off.refuse}[deed.verb]
        decide(asked.pk, by=self._owner(), at=at)

    def _owner(self) -> User:
        return self.roster.users[self.engagement.freelancer]

    def _client(self) -> User:
        return self.roster.users[self.engagement.client]

    def _payer(self) -> User:
        return self.roster.seated(self.engagement.client, "finance")
