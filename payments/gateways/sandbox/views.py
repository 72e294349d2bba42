"""The provider's own pages. Whoever has the link may use it, as with the real ones."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_http_methods

from billing_site.kernel.money import from_minor
from billing_site.kernel.transitions import NotAllowed
from billing_site.platform import clock
from payments.gateways.sandbox import onboarding as onboardings
from payments.gateways.sandbox import paying
from payments.gateways.sandbox.forms import CheckoutForm, OnboardingForm
from payments.gateways.sandbox.models import SandboxOnboarding, SandboxPayment, SandboxSession


@login_not_required
@require_http_methods(["GET", "POST"])
def checkout(request: HttpRequest, session_id: str) -> HttpResponse:
    """Pay, or answer the bank's question about a payment that was begun."""
    session = get_object_or_404(SandboxSession, pk=session_id)
    form = CheckoutForm(_chosen(request))
    said = ""
    if request.method == "POST" and ("agrees" in request.POST or form.is_valid()):
        try:
            payment = _pay(request, session, form)
        except NotAllowed as refusal:
            said = str(refusal)
        else:
            if payment.status in {payment.Status.PROCESSING, payment.Status.SUCCEEDED}:
                url = session.success_url.replace("{CHECKOUT_SESSION_ID}", session.id)
                return HttpResponseRedirect(url)
            said = payment.problem
    session.refresh_from_db()
    paid = SandboxPayment.objects.filter(session=session).first()
    context = {
        "session": session,
        "amount": from_minor(session.amount, session.currency),
        "lines": [
            (it["title"], from_minor(it["amount"], session.currency)) for it in session.lines
        ],
        "form": form,
        "said": said,
        "is_open": session.status == session.Status.OPEN and session.expires_at > clock.now(),
        "asks": paid is not None and paid.status == paid.Status.ACTION,
    }
    return render(request, "sandbox/checkout.html", context, status=_status(form, said))


@login_not_required
@require_http_methods(["GET", "POST"])
def onboarding(request: HttpRequest, link_id: str) -> HttpResponse:
    """Say who is paid, and where they bank."""
    link = get_object_or_404(SandboxOnboarding.objects.select_related("account"), pk=link_id)
    form = OnboardingForm(request.POST or None)
    said = ""
    if form.is_valid():
        try:
            onboardings.complete(link.id, at=clock.now(), **form.cleaned_data)
        except NotAllowed as refusal:
            said = str(refusal)
        else:
            return HttpResponseRedirect(link.return_url)
    is_open = link.used_at is None and link.expires_at > clock.now()
    context = {"link": link, "form": form, "said": said, "is_open": is_open}
    return render(request, "sandbox/onboarding.html", context, status=_status(form, said))


def _chosen(request: HttpRequest) -> object:
    return request.POST if request.method == "POST" and "agrees" not in request.POST else None


def _pay(request: HttpRequest, session: SandboxSession, form: CheckoutForm) -> SandboxPayment:
    if "agrees" in request.POST:
        agrees = request.POST["agrees"] == "yes"
        return paying.confirm(session.id, agrees=agrees, at=clock.now())
    return paying.pay(session.id, form.cleaned_data["outcome"], at=clock.now())


def _status(form: CheckoutForm | OnboardingForm, said: str) -> int:
    return 422 if said or form.errors else 200
