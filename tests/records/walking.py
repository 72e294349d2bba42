"""The sums that a person reads on pages, read from their HTML, beside what the books say."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django.db.models import Sum
from django.test import Client
from django.urls import reverse
from lxml import html

from billing_site.kernel.money import Money, from_minor
from billing_site.people.models import Organization
from invoices.models import Invoice
from ledger.models import Account
from payments.models import Lot
from tests.records.sums import balance_of

NUMBER = re.compile(r"-?[0-9][0-9,]*(?:\.[0-9]+)?")


def wrong_sums(browser: Client, ours: Organization, currency: str, year: int) -> list[str]:
    """Walk the pages of an organization; return those on which something does not add up."""
    home = _home(browser, ours) if currency == ours.currency else []
    return [
        *_transactions(browser, ours, currency),
        *_statement(browser, ours, currency, year),
        *_totals(browser, ours, currency, year),
        *home,
        *_invoices(browser, ours, currency),
    ]


def _transactions(browser: Client, ours: Organization, currency: str) -> Iterator[str]:
    """All pages of the list: columns add up, and the newest balance is the accounts'."""
    address: str | None = f"{reverse('records')}?currency={currency}"
    is_first = True
    while address:
        page = _page(browser, address)
        rows = [[_sum(td) for td in tr.findall("td")] for tr in _body(page, "Transactions in")]
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
    page = _page(browser, f"{reverse('statements')}?{asked}")
    first, *rows = _body(page, "Statement for")
    balance = _sum(first.findall("td")[-1])
    for row in rows:
        change, _fees, after = (_sum(td) for td in row.findall("td"))
        balance += change
        if balance != after:
            yield f"{ours}: the statement in {currency} comes to {balance} and says {after}"
    closing = _sum(page.xpath("//tfoot//td")[-1])
    if not balance == closing == balance_of(ours, currency).amount:
        yield f"{ours}: the statement in {currency} ends at {closing}, after {balance}"


def _totals(browser: Client, ours: Organization, currency: str, year: int) -> Iterator[str]:
    """Each table adds up to the year, and the year is what was released in it."""
    page = _page(browser, f"{reverse('totals')}?year={year}&currency={currency}")
    tables = page.xpath("//table[contains(@class, 'table') and tbody/tr/td[4]]")
    lots = Lot.objects.filter(currency=currency, released_at__year=year)
    if not lots.filter(client=ours).exists() and not lots.filter(freelancer=ours).exists():
        return
    assert tables, "There is something to add up."
    whole = [_sum(td) for td in page.xpath("(//table[tfoot])[last()]/tfoot//td")]
    sums = [_columns(table) for table in tables]
    for table in sums:
        if table != whole[: len(table)]:
            yield f"{ours}: totals in {currency}: {table} is not {whole}"
    gross = lots.filter(client=ours) if ours.is_client else lots.filter(freelancer=ours)
    if whole[0] != (gross.aggregate(sum=Sum("gross"))["sum"] or 0):
        yield f"{ours}: the year in {currency} is not what was released: {whole[0]}"


def _home(browser: Client, ours: Organization) -> Iterator[str]:
    """The stages of money at home are the accounts' balances."""
    page = _page(browser, reverse("home"))
    shown = {
        _words(li.find_class("label")[0]): _sum(li.find_class("sum")[0])
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
        page = _page(browser, invoice.get_absolute_url())
        [heading] = page.xpath("//h1")
        said = _sum(heading)
        if said != lots["sum"]:
            yield f"{ours}: {invoice} says {said}, and {lots['sum']} was released"
        contract = _page(browser, invoice.contract.get_absolute_url())
        if f"{said:,.2f}" not in _words(contract) and f"{said:,.0f}" not in _words(contract):
            yield f"{ours}: the contract of {invoice} does not say {said}"


def _page(browser: Client, address: str) -> Any:
    answer = browser.get(address)
    assert answer.status_code == 200, f"{address}: {answer.status_code}"
    return html.document_fromstring(answer.content.decode())


def _body(page: Any, caption: str) -> list[Any]:
    return list(
        page.xpath(f"//table[caption[starts-with(normalize-space(), '{caption}')]]/tbody/tr")
    )


def _columns(table: Any) -> list[Decimal]:
    rows = [[_sum(td) for td in tr.findall("td")] for tr in table.findall("tbody/tr")]
    return [sum(column, Decimal(0)) for column in zip(*rows, strict=True)]


def _words(element: Any) -> str:
    return " ".join(element.text_content().split())


def _sum(element: Any) -> Decimal:
    """The first number of a cell; where there is none, nothing."""
    found = NUMBER.search(_words(element).replace("−", "-").replace("-€", "-").replace("-$", "-"))
    return Decimal(found.group().replace(",", "")) if found else Decimal(0)
