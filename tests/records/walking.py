"""The sums that a person reads on pages, read from their HTML, beside what the books say."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Sum
from django.test import Client
from django.urls import reverse

from billing_site.kernel.money import Money, from_minor
from billing_site.people.models import Organization
from invoices.models import Invoice
from ledger.models import Account
from payments.models import Lot
from tests.records.reading import body, columns, page_of, sum_in, words_of
from tests.records.sums import balance_of
from tests.records.walking_on import wrong_elsewhere


def wrong_sums(browser: Client, ours: Organization, currency: str, year: int) -> list[str]:
    """Walk the pages of an organization; return those on which something does not add up."""
    home = _home(browser, ours) if currency == ours.currency else []
    return [
        *_transactions(browser, ours, currency),
        *_statement(browser, ours, currency, year),
        *_totals(browser, ours, currency, year),
        *home,
        *_invoices(browser, ours, currency),
        *wrong_elsewhere(browser, ours, currency, year),
    ]


def _transactions(browser: Client, ours: Organization, currency: str) -> Iterator[str]:
    """All pages of the list: columns add up, and the newest balance is the accounts'."""
    address: str | None = f"{reverse('records')}?currency={currency}"
    is_first = True
    while address:
        page = page_of(browser, address)
        rows = [[sum_in(td) for td in tr.findall("td")] for tr in body(page, "Transactions in")]
        for gross, _date, _other, net, fee, tax, balance in rows:
            if gross != net + fee + tax:
                yield f"{ours}: {address}: {gross} is not {net} + {fee} + {tax}"
            if is_first and Money(balance, currency) != balance_of(ours, currency):
                yield f"{ours}: {address}: {balance} is not what the accounts hold"
            is_first = False
        older = page.xpath("//a[contains(@href, 'before=')]/@href")
        address = reverse("records") + older[0] if older and older[0][0] == "?" else None
        address = older[0] if older and older[0][0] == "/" else address


def _statement(browser: Client, ours: Organization, currency: str, year: int) -> Iterator[str]:
    """From the opening to the closing balance, line by line, and that is what there is."""
    asked = f"since={year}-01-01&until={year}-12-31&currency={currency}"
    page = page_of(browser, f"{reverse('statements')}?{asked}")
    first, *rows = body(page, "Statement for")
    balance = sum_in(first.findall("td")[-1])
    for row in rows:
        change, _fees, after = (sum_in(td) for td in row.findall("td"))
        balance += change
        if balance != after:
            yield f"{ours}: the statement in {currency} comes to {balance} and says {after}"
    closing = sum_in(page.xpath("//tfoot//td")[-1])
    if not balance == closing == balance_of(ours, currency).amount:
        yield f"{ours}: the statement in {currency} ends at {closing}, after {balance}"


def _totals(browser: Client, ours: Organization, currency: str, year: int) -> Iterator[str]:
    """Each table adds up to the year, and the year is what was released in it."""
    page = page_of(browser, f"{reverse('totals')}?year={year}&currency={currency}")
    tables = page.xpath("//table[contains(@class, 'table') and tbody/tr/td[4]]")
    lots = Lot.objects.filter(currency=currency, released_at__year=year)
    if not lots.filter(client=ours).exists() and not lots.filter(freelancer=ours).exists():
        return
    assert tables, "There is something to add up."
    whole = [sum_in(td) for td in page.xpath("(//table[tfoot])[last()]/tfoot//td")]
    sums = [columns(table) for table in tables]
    for table in sums:
        if table != whole[: len(table)]:
            yield f"{ours}: totals in {currency}: {table} is not {whole}"
    gross = lots.filter(client=ours) if ours.is_client else lots.filter(freelancer=ours)
    if whole[0] != (gross.aggregate(sum=Sum("gross"))["sum"] or 0):
        yield f"{ours}: the year in {currency} is not what was released: {whole[0]}"


def _home(browser: Client, ours: Organization) -> Iterator[str]:
    """The stages of money at home are the accounts' balances."""
    page = page_of(browser, reverse("home"))
    shown = {
        words_of(li.find_class("label")[0]): sum_in(li.find_class("sum")[0])
        for stages in page.find_class("stages")
        for li in stages.findall("li")
    }
    codes = (
        {"Held for work": "escrow:"}
        if ours.is_client
        else {
            "Pending": f"freelancer:{ours.pk}:pending",
            "Available": f"freelancer:{ours.pk}:available",
        }
    )
    for label, code in codes.items():
        held = Account.objects.filter(
            holder=ours, currency=ours.currency, code__startswith=code
        ).aggregate(sum=Sum("balance"))
        booked = from_minor(held["sum"] or 0, ours.currency)
        if label in shown and shown[label] != booked.amount:
            yield f"{ours}: home says {label} {shown[label]}, the books {booked}"


def _invoices(browser: Client, ours: Organization, currency: str) -> Iterator[str]:
    """What an invoice and its contract say was released is what the lot of it brought."""
    released = Lot.objects.filter(currency=currency).values("document")
    refs = [document.partition("/")[2] for document in released.values_list("document", flat=True)]
    newest = Invoice.objects.of(ours).filter(ref__in=refs, number__isnull=False).order_by("-pk")
    for invoice in newest[:3]:
        lots = Lot.objects.filter(document=f"invoice/{invoice.ref}").aggregate(sum=Sum("gross"))
        page = page_of(browser, invoice.get_absolute_url())
        [heading] = page.xpath("//h1")
        said = sum_in(heading)
        if said != lots["sum"]:
            yield f"{ours}: {invoice} says {said}, and {lots['sum']} was released"
        contract = page_of(browser, invoice.contract.get_absolute_url())
        if f"{said:,.2f}" not in words_of(contract) and f"{said:,.0f}" not in words_of(contract):
            yield f"{ours}: the contract of {invoice} does not say {said}"
