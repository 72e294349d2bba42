"""What the provider shows an account's owner. Whoever has the link may look, for some minutes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from billing_site.kernel.money import Money, from_minor
from billing_site.platform import clock
from payments.gateways.sandbox import reading
from payments.gateways.sandbox.models import SandboxAccount, SandboxBank, SandboxLogin

MOST = 20  # of the payouts, newest first


@dataclass(frozen=True, slots=True)
class Paid:
    bank: SandboxBank
    amount: Money
    status: str
    is_instant: bool
    created_at: datetime


@login_not_required
@require_safe
def dashboard(request: HttpRequest, login_id: str) -> HttpResponse:
    login = get_object_or_404(SandboxLogin.objects.select_related("account"), pk=login_id)
    is_open = login.expires_at > clock.now()
    shown = _of(login.account) if is_open else {}
    context = {"is_open": is_open, "back": reverse("payout-methods"), **shown}
    return render(request, "sandbox/dashboard.html", context)


def _of(account: SandboxAccount) -> dict[str, object]:
    state = reading.balance(account.pk)
    payouts = account.payouts.select_related("bank").order_by("-created_at", "id")[:MOST]
    return {
        "account": account,
        "balances": [from_minor(minor, each) for each, minor in state.available.items()]
        or [from_minor(0, account.currency)],
        "banks": list(account.banks.order_by("created_at", "id")),
        "payouts": [
            Paid(
                each.bank,
                from_minor(each.amount, each.currency),
                each.get_status_display(),
                each.is_instant,
                each.created_at,
            )
            for each in payouts
        ],
    }
