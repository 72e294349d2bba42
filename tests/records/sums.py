"""What the records of an organization have to add up to, asked of the books in another way."""

from __future__ import annotations

from billing_site.kernel.money import Money, from_minor
from billing_site.people.models import Organization
from ledger.models import Account
from records.forms.transactions import place_in
from records.queries.transactions import Asked, Row, transactions

ON_ITS_WAY = ("payout:", "refund:", "provider:")


def balance_of(organization: Organization, currency: str) -> Money:
    """What its accounts hold, without what is on its way out."""
    held = Account.objects.filter(holder=organization, currency=currency)
    minor = sum(
        balance
        for code, balance in held.values_list("code", "balance")
        if not code.startswith(ON_ITS_WAY)
    )
    return from_minor(minor, currency)


def every_row(organization: Organization, **asked: str) -> list[Row]:
    """All pages of the list, as somebody who presses Older comes by them."""
    rows: list[Row] = []
    before = None
    while True:
        page = transactions(organization, Asked(**asked), before=before)  # type: ignore[arg-type]
        rows += page.rows
        if not page.older_url:
            return rows
        before = place_in(
            {"before": page.older_url.split("before=")[1].replace("%3A", ":").replace("%2B", "+")}
        )


def wrong_rows(rows: list[Row]) -> list[Row]:
    """Rows whose columns do not add up, or whose balance does not follow from the older one."""
    older = [*rows[1:], None]
    return [
        row
        for row, before in zip(rows, older, strict=True)
        if row.gross != row.net + row.fee + row.tax
        or row.balance != row.change + (before.balance if before else row.change - row.change)
    ]
