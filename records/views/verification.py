"""Whether a document is genuine and what it says, for anybody who holds it."""

from __future__ import annotations

from allauth.core.internal.ratelimit import consume, respond_429
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from billing_site.kernel.forms import clean_text
from records.forms.verification import PaperForm
from records.queries.verification import Check, verification, verification_of_file

RATES = {"verify-file": "20/m/ip,200/d/ip"}


@login_not_required
@require_http_methods(["GET", "POST"])
def form(request: HttpRequest) -> HttpResponse:
    """Ask for a code, or for the file itself: it is hashed and not kept."""
    if request.method == "POST":
        return _of_file(request)
    code = clean_text(request.GET.get("code", "")).replace("-", "").replace(" ", "").upper()
    if code.isalnum():
        return redirect("verify", code[:16])
    return _page(request)


@login_not_required
@require_safe
def detail(request: HttpRequest, code: str) -> HttpResponse:
    code = code.replace("-", "").upper()[:16]
    found = verification(code)
    return _page(request, Check(found, code=code), status=200 if found else 404)


def _of_file(request: HttpRequest) -> HttpResponse:
    if not consume(request, app="records", action="verify-file", config=RATES):
        return respond_429(request)
    upload = PaperForm(request.POST, request.FILES)
    if not upload.is_valid():
        return _page(request, upload=upload, status=422)
    digest = upload.cleaned_data["file"]
    return _page(request, Check(verification_of_file(digest), digest=digest))


def _page(
    request: HttpRequest,
    check: Check | None = None,
    *,
    upload: PaperForm | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {"check": check or Check(), "upload": upload or PaperForm()}
    return render(request, "records/verify.html", context, status=status)
