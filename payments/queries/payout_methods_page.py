"""The page of where a freelancer is paid: what is ready, what waits for what, what was refused."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from billing_site.people.models import Organization
from payments.models import Payee, PayoutMethod, PayoutMethodChange

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


def payout_methods_page(organization: Organization, *, at: datetime) -> PayoutMethodsPage:
    ours = PayoutMethod.objects.filter(organization=organization)
    refused = PayoutMethodChange.objects.filter(
        payout_method__organization=organization,
        became=PayoutMethod.State.REFUSED,
        at__gte=at - TOLD_FOR,
    )
    return PayoutMethodsPage(
        methods=[NamedMethod(each, each.is_active(at=at)) for each in ours.present()],
        has_account=Payee.objects.filter(organization=organization).exclude(account="").exists(),
        refused=list(refused.select_related("payout_method").order_by("-at", "-pk")),
    )
