"""The page of where a freelancer is paid: what is ready, what waits for what, what was refused."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from billing_site.people.models import Organization
from payments.models import PayoutMethod, PayoutMethodChange
from payments.queries.stopped import payee_of, what_is_wanted, why_not_paid

TOLD_FOR = timedelta(days=30)  # of what was refused


@dataclass(frozen=True, slots=True)
class NamedMethod:
    method: PayoutMethod
    is_active: bool


@dataclass(frozen=True, slots=True)
class PayoutMethodsPage:
    methods: list[NamedMethod]
    refused: list[PayoutMethodChange]  # each with its method, and why
    has_account: bool  # at the provider
    stopped: str  # why nothing is paid to any of them, if so
    wanted: str  # what the provider asks for while it pays them, and until when


def payout_methods_page(organization: Organization, *, at: datetime) -> PayoutMethodsPage:
    payee = payee_of(organization)
    ours = PayoutMethod.objects.filter(organization=organization)
    refused = PayoutMethodChange.objects.filter(
        payout_method__organization=organization,
        became=PayoutMethod.State.REFUSED,
        at__gte=at - TOLD_FOR,
    )
    return PayoutMethodsPage(
        methods=[NamedMethod(each, each.is_active(at=at)) for each in ours.present()],
        has_account=payee is not None,
        stopped=why_not_paid(payee),
        wanted=what_is_wanted(payee),
        refused=list(refused.select_related("payout_method").order_by("-at", "-pk")),
    )
