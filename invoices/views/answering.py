"""What every door here does with a form: ask, refuse with the form, or do it and go on."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from billing_site.kernel.http import SignedInRequest
from billing_site.kernel.transitions import NotAllowed
from invoices.forms.projects import refuse
from payments.models import Charge
from payments.services import outbox

Deed = Callable[[], Any]


def answer(
    request: SignedInRequest,
    form: forms.Form,
    *,
    deed: Deed,
    done: str | Callable[[Any], str],
    to: Any,
    template: str,
    context: dict[str, Any],
) -> HttpResponse:
    """Do *deed* if the form allows it, say *done* and go *to*; else show the form again.

    *done* may be words for what the deed returned, and *to* may lead there.
    """
    if request.method == "POST" and form.is_valid():
        try:
            result = deed()
        except NotAllowed as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, done if isinstance(done, str) else done(result))
            return redirect(to(result) if callable(to) else to)
    # What was sent and not done is refused, also where nothing at all was filled in.
    status = 422 if request.method == "POST" else 200
    return render(request, template, {**context, "form": form}, status=status)


def to_payment(charge: Charge, *, is_charged: bool, at: datetime) -> HttpResponse:
    """Lead on from a payment that was begun: the commitment is kept, now others are asked."""
    if is_charged:
        return redirect(f"{charge.get_absolute_url()}?paid=1")
    hosted = outbox.open_page(charge.pk, at=at)
    return redirect(hosted.url if hosted else charge)


def quote_of(request: SignedInRequest) -> str:
    """Return the quote that a form was sent with, or that the address shows."""
    return request.POST.get("seen_quote") or request.GET.get("quote", "")


def do(request: SignedInRequest, *, deed: Deed, done: str, to: Any) -> HttpResponse:
    """Do what a button without questions asks for; a refusal is said on the page it came from."""
    try:
        deed()
    except NotAllowed as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, done)
    return redirect(to)
