"""What the provider asks the platform for by itself: in one line a month and currency."""

from __future__ import annotations

from datetime import datetime, timedelta

from payments.gateways.sandbox.models import SandboxBalanceLine, SandboxHappening, SandboxPayout
from payments.gateways.sandbox.telling import expect

INSTANT_BPS = 100
WHOLE_MONTH = timedelta(days=32)


def expect_bill(currency: str, *, at: datetime) -> None:
    """What is paid at once in a month is billed when the next one begins."""
    due = (_first(at) + WHOLE_MONTH).replace(day=1)
    if not SandboxHappening.objects.filter(deed="bill", subject_id=currency, due_at=due).exists():
        expect("bill", currency, at=due)


def bill(currency: str, at: datetime) -> None:
    """Take it of the platform's balance, once; what did not reach its bank is not billed."""
    since = _first(at - timedelta(days=1))
    paid = SandboxPayout.objects.filter(
        is_instant=True, currency=currency, created_at__gte=since, created_at__lt=at
    ).exclude(status=SandboxPayout.Status.FAILED)
    fee = sum(
        (each * INSTANT_BPS + 5_000) // 10_000 for each in paid.values_list("amount", flat=True)
    )
    if fee:
        SandboxBalanceLine.objects.get_or_create(
            id=f"txn_sbx_bill_{since:%Y_%m}_{currency.lower()}",
            defaults={
                "kind": "payout_fee",
                "source_id": "",
                "amount": -fee,
                "currency": currency,
                "created_at": at,
                "available_at": at,
            },
        )


def _first(moment: datetime) -> datetime:
    return moment.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
