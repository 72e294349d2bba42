"""The provider's own pages. Whoever has the link may use it, as with the real ones."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.forms import model_to_dict
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from billing_site.kernel.money import from_minor, to_minor
from billing_site.kernel.transitions import NotAllowed
from billing_site.platform import clock, downloads
from payments.gateways.sandbox import faults, paying, saving, wires
from payments.gateways.sandbox import onboarding as onboardings
from payments.gateways.sandbox.asking import PAGE_LIVES
from payments.gateways.sandbox.forms import (
    CheckoutForm,
    OnboardingForm,
    SavingForm,
    TransferForm,
    TroubleForm,
)
from payments.gateways.sandbox.models import (
    SandboxCustomer,
    SandboxFile,
    SandboxOnboarding,
    SandboxPayment,
    SandboxSession,
)


@login_not_required
@require_http_methods(["GET", "POST"])
def checkout(request: HttpRequest, session_id: str) -> HttpResponse:
    """Pay, or answer the bank's question about a payment that was begun."""
    session = get_object_or_404(SandboxSession, pk=session_id, mode=SandboxSession.Mode.PAYMENT)
    answers = request.POST.get("agrees")
    sent = request.POST if request.method == "POST" and not answers else None
    form = CheckoutForm(sent, in_time=session.expires_at < session.created_at + PAGE_LIVES)
    said = ""
    if request.method == "POST" and (answers or form.is_valid()):
        try:
            payment = _pay(session, answers, form)
        except NotAllowed as refusal:
            said = str(refusal)
        else:
            if payment.status in {payment.Status.PROCESSING, payment.Status.SUCCEEDED}:
                url = session.success_url.replace("{CHECKOUT_SESSION_ID}", session.id)
                return HttpResponseRedirect(url)
            said = payment.problem
    status = 422 if said or form.errors else 200
    context = _page(SandboxSession.objects.get(pk=session_id), said)
    return render(request, "sandbox/checkout.html", {**context, "form": form}, status=status)


@login_not_required
@require_http_methods(["GET", "POST"])
def setup(request: HttpRequest, session_id: str) -> HttpResponse:
    """Save a way to pay."""
    session = get_object_or_404(SandboxSession, pk=session_id, mode=SandboxSession.Mode.SETUP)
    form = SavingForm(request.POST or None)
    if form.is_valid():
        try:
            saving.keep(session.id, form.cleaned_data["outcome"], at=clock.now())
        except NotAllowed as refusal:
            form.add_error(None, str(refusal))
        else:
            return HttpResponseRedirect(session.success_url)
    is_open = session.status == session.Status.OPEN and session.expires_at > clock.now()
    context = {"session": session, "form": form, "is_open": is_open}
    status = 422 if form.errors else 200
    return render(request, "sandbox/setup.html", context, status=status)


@login_not_required
@require_http_methods(["GET", "POST"])
def onboarding(request: HttpRequest, link_id: str) -> HttpResponse:
    """Say who is paid, and where they bank."""
    link = get_object_or_404(SandboxOnboarding.objects.select_related("account"), pk=link_id)
    form = OnboardingForm(request.POST or None)
    if form.is_valid():
        try:
            onboardings.complete(link.id, at=clock.now(), **form.cleaned_data)
        except NotAllowed as refusal:
            form.add_error(None, str(refusal))
        else:
            return HttpResponseRedirect(link.return_url)
    is_open = link.used_at is None and link.expires_at > clock.now()
    context = {"link": link, "form": form, "is_open": is_open}
    status = 422 if form.errors else 200
    return render(request, "sandbox/onboarding.html", context, status=status)


@login_not_required
@require_http_methods(["GET", "POST"])
def trouble(request: HttpRequest) -> HttpResponse:
    """Switch on what goes wrong, for everybody; absent from the URLs outside the demo."""
    initial = model_to_dict(faults.switches(), exclude=["id"])
    form = TroubleForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_valid():
        if form.has_changed():
            faults.switch(**form.cleaned_data)
            messages.success(request, "Switched. It goes for what happens from now on.")
            return redirect("demo-trouble")
        form.add_error(None, "Nothing was changed: this is how the switches stood.")
    status = 422 if form.errors else 200
    return render(request, "sandbox/trouble.html", {"form": form}, status=status)


@login_not_required
@require_http_methods(["GET", "POST"])
def transfer(request: HttpRequest, customer_id: str) -> HttpResponse:
    """Send money from a payer's bank, as that bank's own page would."""
    customer = get_object_or_404(SandboxCustomer, pk=customer_id)
    form = TransferForm(request.POST or None)
    if form.is_valid():
        asked, at = form.cleaned_data, clock.now()
        minor, currency = to_minor(asked["amount"]), asked["currency"]
        wires.receive(customer.pk, minor, currency, reference=asked["reference"], at=at)
        return HttpResponseRedirect(f"{request.path}?sent=1")
    context = {
        "customer": customer,
        "form": form,
        "sent": "sent" in request.GET,
        "back": reverse("bank-transfers"),
    }
    return render(request, "sandbox/transfer.html", context, status=422 if form.errors else 200)


def _pay(session: SandboxSession, answers: str | None, form: CheckoutForm) -> SandboxPayment:
    at = clock.now()
    if answers:
        return paying.confirm(session.id, agrees=answers == "yes", at=at)
    return paying.pay(session.id, form.cleaned_data["outcome"], at=at)


def _page(session: SandboxSession, said: str) -> dict[str, object]:
    begun = SandboxPayment.objects.filter(session=session).first()
    is_open = session.status == session.Status.OPEN and session.expires_at > clock.now()
    return {
        "session": session,
        "amount": from_minor(session.amount, session.currency),
        "lines": [
            (line["title"], from_minor(line["amount"], session.currency)) for line in session.lines
        ],
        "said": said,
        "is_open": is_open,
        "asks": is_open and begun is not None and begun.status == begun.Status.ACTION,
    }


@login_not_required
@require_safe
def file(request: HttpRequest, file_id: str) -> HttpResponse:
    """What a bank is shown, to be saved."""
    row = get_object_or_404(SandboxFile, pk=file_id)
    response = HttpResponse(bytes(row.content), content_type=row.content_type)
    return downloads.saved(response, row.name)
