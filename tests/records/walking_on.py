"""More pages, read as a person reads them, beside what the books and the documents say."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django.db.models import F, Q, Sum
from django.test import Client
from django.urls import reverse

from billing_site.kernel.money import from_minor
from billing_site.people.models import Organization
from invoices.models import CreditNote, Expense, FeeCreditNote, FeeInvoice, Invoice, Project
from ledger.models import Posting
from payments.models import Charge
from tests.records.reading import body, columns, page_of, sum_in, words_of

PAID = ("fund_escrow", "pay_invoice", "collect_receivable", "recover_written_off", "keep_payment")
NOTHING = Decimal(0)


def wrong_elsewhere(browser: Client, ours: Organization, currency: str, year: int) -> Iterator[str]:
    yield from _certificate(browser, ours, currency, year)
    yield from _tax_year(browser, ours, currency, year)
    if currency != ours.currency:
        return  # what follows is on one page for all currencies
    if ours.is_client:
        yield from _projects(browser, ours)
        yield from _payments(browser, ours)
    else:
        yield from _withdrawals(browser, ours)


def _certificate(browser: Client, ours: Organization, currency: str, year: int) -> Iterator[str]:
    """What would be certified of the year so far is what the totals of the year say."""
    page = page_of(browser, f"{reverse('certificates')}?currency={currency}")
    whole = [sum_in(td) for td in page.xpath("(//table[tfoot])[1]/tfoot//td")]
    [table] = page.xpath("(//table[tfoot])[1]")
    if (added := columns(table)) and added != whole:
        yield f"{ours}: a certificate in {currency} adds up to {added}, and says {whole}"
    totals = page_of(browser, f"{reverse('totals')}?year={year}&currency={currency}")
    said = [sum_in(td) for td in totals.xpath("(//table[tfoot])[last()]/tfoot//td")]
    if said and said != whole:
        yield f"{ours}: a certificate in {currency} says {whole}, the totals {said}"


def _tax_year(browser: Client, ours: Organization, currency: str, year: int) -> Iterator[str]:
    """The quarters add up to the year, the lines as well, and both to the documents."""
    page = page_of(browser, f"{reverse('tax-year', args=[year])}?currency={currency}")
    whole = [sum_in(td) for td in page.xpath("(//table[tfoot])[1]/tfoot//td")]
    [quarters] = page.xpath("(//table[tfoot])[1]")
    either = Q(issuer=ours) | Q(recipient=ours)
    of_year = {"issued_at__year": year, "currency": currency, "number__isnull": False}
    documents = [
        _gross(Invoice.objects.filter(either, **of_year)),
        -_gross(CreditNote.objects.filter(either, **of_year)),
        _gross(FeeInvoice.objects.filter(recipient=ours, **of_year)),
        -_gross(FeeCreditNote.objects.filter(fee_invoice__recipient=ours, **of_year)),
    ]
    lines = body(page, "Tax by quarter")
    taxed = [sum((sum_in(tr.findall("td")[n]) for tr in lines), NOTHING) for n in range(3)]
    if not whole == columns(quarters) == documents:
        yield f"{ours}: the tax year in {currency} says {whole}, the documents {documents}"
    if taxed[0] + taxed[1] != taxed[2] or taxed[2] != sum(whole):
        yield f"{ours}: the taxes in {currency} come to {taxed}, the year to {whole}"


def _projects(browser: Client, ours: Organization) -> Iterator[str]:
    """What is billed of each project is what was issued for it, less what was credited."""
    rows = body(page_of(browser, reverse("projects")), "Projects")
    for row in rows:
        ref = row.xpath(".//a/@href")[0].strip("/").split("/")[-1]
        issued = Invoice.objects.filter(contract__project__ref=ref, state__in=Invoice.ISSUED)
        spent = Expense.objects.filter(invoice__in=issued)
        credited = CreditNote.objects.filter(invoice__in=issued)
        billed = (
            _sum(issued.exclude(source=Invoice.Source.EXPENSES), "net")
            + _sum(spent, F("gross") - F("tax"))
            - _sum(credited, "net")
        )
        if sum_in(row.findall("td")[2]) != billed:
            name = Project.objects.get(ref=ref)
            yield f"{ours}: {name} says billed {words_of(row)}, and {billed} was"


def _payments(browser: Client, ours: Organization) -> Iterator[str]:
    """A payment that arrived is what the books took in for it."""
    for ref, said in _listed(browser, reverse("payments"), "Your payments"):
        charge = Charge.objects.get(ref=ref)
        if charge.state != Charge.State.SUCCEEDED or charge.strays.exists():
            continue
        taken = Posting.objects.filter(
            Q(account__code="provider:clearing") | Q(account__code=f"client:{ours.pk}:credit"),
            entry__reference_type="charge",
            entry__reference=ref,
            entry__kind__in=PAID,
            currency=str(charge.amount.currency),
            amount__lt=0,
        )
        booked = from_minor(-(taken.aggregate(sum=Sum("amount"))["sum"] or 0), charge.currency)
        if said != booked.amount:
            yield f"{ours}: payment {ref} says {said}, the books {booked}"


def _withdrawals(browser: Client, ours: Organization) -> Iterator[str]:
    """What reaches the bank is what the books sent there."""
    for ref, said in _listed(browser, reverse("payouts"), "Your withdrawals"):
        sent = Posting.objects.filter(
            account__code=f"payout:{ref}", entry__kind__in=("request_payout", "slow_payout")
        )
        currency = sent.values_list("currency", flat=True)[0]
        booked = from_minor(sent.aggregate(sum=Sum("amount"))["sum"], currency)
        if said != booked.amount:
            yield f"{ours}: withdrawal {ref} says {said}, the books {booked}"


def _listed(browser: Client, address: str, caption: str) -> Iterator[tuple[str, Decimal]]:
    """Ref and sum of each row, on all pages of a list."""
    next_one: str | None = address
    while next_one:
        page = page_of(browser, next_one)
        for row in body(page, caption):
            yield row.xpath(".//a/@href")[0].strip("/").split("/")[-1], sum_in(row[-1])
        older = page.xpath("//a[@rel='next']/@href")
        next_one = address + older[0] if older else None


def _gross(documents: Any) -> Decimal:
    return _sum(documents, "gross")


def _sum(found: Any, of: Any) -> Decimal:
    return Decimal(found.aggregate(sum=Sum(of))["sum"] or 0)
