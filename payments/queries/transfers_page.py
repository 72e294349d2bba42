"""Where a client sends bank transfers to, and what became of those that it sent."""

from __future__ import annotations

from dataclasses import dataclass

from django.core.paginator import Page, Paginator
from django.urls import reverse

from billing_site.people.models import Organization
from payments import gateways
from payments.gateways.sums import BY_TRANSFER
from payments.models import BankDetails, BankTransfer, Payer, StrayPayment

A_PAGE = 50


@dataclass(frozen=True, slots=True)
class TransferRow:
    transfer: BankTransfer
    words: str
    tone: str


@dataclass(frozen=True, slots=True)
class TransfersPage:
    client: Organization
    reference: str  # to write with each transfer
    details: BankDetails | None
    page: Page[BankTransfer]
    rows: list[TransferRow]
    may_ask: bool
    why_not: str  # nobody can send any

    @property
    def bank_url(self) -> str:
        """Where the sandbox lets somebody send one, without a bank."""
        if self.details is None or gateways.current().name != "sandbox":
            return ""
        return reverse("sandbox-transfer", args=[self.details.customer])

    @property
    def number(self) -> str:
        """In groups of four, as people compare it."""
        plain = self.details.number if self.details else ""
        return " ".join(plain[start : start + 4] for start in range(0, len(plain), 4))


def transfers_page(client: Organization, *, may_ask: bool, number: str | None) -> TransfersPage:
    payer = Payer.objects.filter(organization=client).first()
    found = BankTransfer.objects.filter(client=client).select_related("charge").newest_first()
    page = Paginator(found, A_PAGE).get_page(number)
    charges = [transfer.charge_id for transfer in page]
    strays = {each.charge_id: each for each in StrayPayment.objects.filter(charge__in=charges)}
    return TransfersPage(
        client=client,
        reference=payer.ref if payer else "",
        details=payer.bank_details.filter(currency=client.currency).first() if payer else None,
        page=page,
        rows=[_row(transfer, strays.get(transfer.charge_id)) for transfer in page],
        may_ask=may_ask and client.currency in BY_TRANSFER,
        why_not="" if client.currency in BY_TRANSFER else _why_not(client.currency),
    )


def _why_not(currency: str) -> str:
    return (
        f"The provider takes no bank transfers in {currency}. Pay by card or bank debit on the"
        " page of what you owe."
    )


def _row(transfer: BankTransfer, stray: StrayPayment | None) -> TransferRow:
    words, tone = "kept as your credit", "good"
    if transfer.charge.is_waiting:
        words, tone = "arriving", "wait"
    elif transfer.charge.finished_at and transfer.charge.state != "succeeded":
        words, tone = "back at your bank", ""
    elif stray and stray.returned_at:
        words, tone = "sent back", ""
    elif stray and stray.matched_at is None:
        words, tone = "being looked at", "wait"
    return TransferRow(transfer, words, tone)
