"""How a client pays: the primary, the backups in their order, and what may be done with each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import QuerySet

from billing_site.people.models import Organization
from payments.models import CurrencyChoice, FailedMethod, PaymentMethod
from payments.models.payer import WARNED
from payments.queries.charged_in import words_of

TOLD_FOR = timedelta(days=30)  # of what could not be verified
ENDS_SOON = timedelta(days=max(WARNED))


@dataclass(frozen=True, slots=True)
class MethodRow:
    method: PaymentMethod
    place: str
    words: str  # where it stands
    tone: str
    may_move_up: bool
    may_be_first: bool


@dataclass(frozen=True, slots=True)
class MethodsPage:
    rows: list[MethodRow]
    failed: list[FailedMethod]  # lately, and nothing was saved since
    may_change: bool
    is_confirming: bool  # it was saved on the provider's page, and news of it is due
    statement_name: str
    charged_in: str


def methods_page(
    client: Organization, *, may_change: bool, came_back: bool, at: datetime
) -> MethodsPage:
    """*came_back*: the payer was just sent here by the provider's page."""
    found = list(PaymentMethod.objects.filter(organization=client).present())
    newest = max((method.verified_at for method in found), default=None)
    is_news = newest is not None and at - newest < timedelta(minutes=10)
    return MethodsPage(
        rows=[_row(method, at=at) for method in found],
        failed=list(_failed(client, newest, at=at)),
        may_change=may_change,
        is_confirming=came_back and not is_news,
        statement_name=settings.STATEMENT_NAME,
        charged_in=words_of(client, CurrencyChoice.objects.standing_of(client)),
    )


def _failed(
    client: Organization, newest: datetime | None, *, at: datetime
) -> QuerySet[FailedMethod]:
    since = max(newest or at - TOLD_FOR, at - TOLD_FOR)
    lately = FailedMethod.objects.filter(organization=client, failed_at__gt=since)
    return lately.order_by("-failed_at", "-pk")


def _row(method: PaymentMethod, *, at: datetime) -> MethodRow:
    words, tone = _standing(method, at=at)
    return MethodRow(
        method=method,
        place=_place(method),
        words=words,
        tone=tone,
        may_move_up=method.position > 1 and method.is_usable,
        may_be_first=method.is_usable and not method.is_primary,
    )


def _place(method: PaymentMethod) -> str:
    if not method.is_usable:
        return "Not charged: save it anew to use it"
    return "Charged first" if method.is_primary else f"Backup {method.position}"


def _standing(method: PaymentMethod, *, at: datetime) -> tuple[str, str]:
    if not method.is_usable:
        return "ended by its bank", "bad"
    if method.has_expired(at=at):
        return "expired", "bad"
    if method.expires_on and method.expires_on - at.date() <= ENDS_SOON:
        return "expires soon", "wait"
    return "ready", "good"
