"""The currency that a page of the records is in, and the others that there is something in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from billing_site.kernel.money import EXPONENTS
from billing_site.people.models import Organization
from invoices.queries.contract_list import Tab
from ledger.queries import records


@dataclass(frozen=True, slots=True)
class Currencies:
    current: str
    tabs: list[Tab]  # none where there is one currency
    carried: str  # what leads to the same currency on another page: “?currency=USD”, or nothing


def currencies(
    organization: Organization,
    asked: str,
    *,
    keep: Mapping[str, object] | None = None,
    also: Iterable[str] = (),
) -> Currencies:
    """Return the organization's own currency, those it has rows in, *also*, and what is asked for.

    *keep* is what else the page's address says. What is asked for and is no currency is the own.
    """
    kept = {name: value for name, value in (keep or {}).items() if value}
    own = organization.currency
    current = asked if asked in EXPONENTS else own
    used = [own, *sorted({*records.currencies_of(organization.pk), *also, current} - {own})]
    return Currencies(
        current=current,
        tabs=[
            Tab(each, f"?{urlencode({**kept, 'currency': each})}", None, each == current)
            for each in used
        ]
        if used[1:]
        else [],
        carried=f"?currency={current}" if current != own else "",
    )
