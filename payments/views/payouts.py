"""Withdrawing: what it costs first, then consent and a fresh second factor, then its way."""

from __future__ import annotations

from datetime import datetime

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from billing_site.kernel.http import SignedInRequest
from billing_site.kernel.transitions import NotAllowed
from billing_site.people import step_up
from billing_site.people.access import Deed, may
from billing_site.people.models import Organization, User
from billing_site.platform import clock
from payments.forms.payouts import CostForm, LockForm, WithdrawalForm
from payments.models import Payout
from payments.queries.conversion import stays
from payments.queries.lists import payouts_of
from payments.queries.new_payout import NewPayout, new_payout
from payments.queries.payout_page import payout_page
from payments.queries.schedule_page import next_payout
from payments.services import payouts
from payments.views.acting import earner, withdrawer


@require_safe
def index(request: SignedInRequest) -> HttpResponse:
    organization = earner(request)
    page = payouts_of(organization, request.GET.get("page"))
    context = {"page": page, "next": next_payout(organization, at=clock.now())}
    return render(request, "payments/payouts.html", context)


@require_http_methods(["GET", "POST"])
def new(request: SignedInRequest) -> HttpResponse:
    """Looking at it shows what a sum costs; posting is the consent to exactly that."""
    organization, at = withdrawer(request), clock.now()
    sent = request.POST if request.method == "POST" else request.GET
    asked = asked_for(organization, sent, by=request.user, at=at)
    form = _consent(request, asked)
    if request.method == "POST" and form.is_valid():
        answer = _withdraw(request, asked, form)
        if answer is not None:
            return answer
    return shown(request, asked, form)


def asked_for(organization: Organization, sent: QueryDict, *, by: User, at: datetime) -> NewPayout:
    """Read what is to be withdrawn out of an address or a form."""
    bank, amount, source = (sent.get(name, "") for name in ("method", "amount", "currency"))
    return new_payout(organization, bank, amount, source=source, by=by, at=at)


def shown(
    request: SignedInRequest, asked: NewPayout, form: WithdrawalForm | None = None
) -> HttpResponse:
    context = {
        "page": asked,
        "ask": _ask(request, asked),
        "form": form or _consent(request, asked),
        "lock": LockForm(initial=asked.asked) if asked.may_lock else None,
    }
    status = 422 if request.method == "POST" or asked.refusal else 200
    return render(request, "payments/payout_new.html", context, status=status)


@require_safe
def detail(request: SignedInRequest, ref: str) -> HttpResponse:
    payout = _find(request, ref)
    page = payout_page(payout, viewer=request.user, today=clock.now().date())
    return render(request, "payments/payout.html", {"page": page, "payout": payout})


@require_POST
def cancellation(request: SignedInRequest, ref: str) -> HttpResponse:
    payout = _find(request, ref)
    if not may(request.user, Deed.WITHDRAW, payout.freelancer_id):
        raise PermissionDenied
    try:
        cancelled = payouts.cancel(payout.pk, by=request.user, at=clock.now())
    except NotAllowed as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(
            request, f"Cancelled. All of it is in your balance again.{stays(cancelled)}"
        )
    return redirect(payout)


def _withdraw(
    request: SignedInRequest, asked: NewPayout, form: WithdrawalForm
) -> HttpResponse | None:
    """Do what was agreed to, once; None: it was refused, and the form says why."""
    method, amount, op_id = asked.method, asked.amount, form.cleaned_data["op_id"]
    speed = form.cleaned_data["speed"]
    assert method, "A valid form names one of our banks."
    assert amount, "And a sum."
    done = Payout.objects.filter(freelancer=asked.organization, op_id=op_id).first()
    if done:
        return redirect(done)
    if why := asked.refusal or asked.stopped:
        form.add_error(None, why)
        return None
    how_fast = "" if speed == Payout.Speed.STANDARD else f":{speed}"
    proof = step_up.required(request, purpose=f"payout:{method.ref}:{amount}{how_fast}")
    if proof:
        return proof
    try:
        payout = payouts.request(
            organization=asked.organization,
            method=method,
            amount=amount,
            by=request.user,
            at=clock.now(),
            op_id=op_id,
            speed=speed,
        )
    except NotAllowed as refusal:
        form.add_error(None, str(refusal))
        return None
    at_once = "Requested. It is sent at once, and cannot be stopped then."
    later = "Requested. You can cancel it for half an hour."
    messages.success(request, at_once if payout.is_instant else later)
    return redirect(payout)


def _consent(request: SignedInRequest, asked: NewPayout) -> WithdrawalForm:
    return WithdrawalForm(
        request.POST if request.method == "POST" else None,
        currency=asked.currency,
        methods=asked.methods,
        speeds=asked.speeds,
        seen=asked.seen,
        initial={"amount": asked.amount, "method": asked.method.ref if asked.method else ""},
    )


def _ask(request: SignedInRequest, asked: NewPayout) -> CostForm:
    """The question. What was asked stands in it, with what was wrong about it."""
    named = {"method": asked.method.ref} if asked.method else {}
    if asked.balances:
        named["currency"] = asked.currency
    data = {**named, **request.GET.dict()} if "amount" in request.GET else None
    initial = {"amount": asked.amount, **named}
    ask = CostForm(
        data,
        currency=asked.currency,
        methods=asked.methods,
        balances=asked.balances,
        initial=initial,
    )
    if data is not None and ask.is_valid() and asked.refusal:
        ask.add_error("amount", asked.refusal)
    return ask


def _find(request: SignedInRequest, ref: str) -> Payout:
    visible = Payout.objects.visible_to(request.user).select_related(
        "method", "freelancer", "quote"
    )
    return get_object_or_404(visible, ref=ref)
