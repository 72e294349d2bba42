from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.db import connection
from django.http import HttpRequest, HttpResponse, HttpResponseServerError, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from billing_site import offer, second_try
from billing_site.kernel.http import SaidWhy


@login_not_required
@require_safe
def landing(request: HttpRequest) -> HttpResponse:
    return render(request, "landing.html", {"fees": offer.fees()})


@login_not_required
@require_safe
def health(request: HttpRequest) -> JsonResponse:
    """For load balancers: pages are served and the database answers."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return JsonResponse({"status": "ok"})


@login_not_required
def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "errors/400.html", status=400)


@login_not_required
def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    why = str(exception) if isinstance(exception, SaidWhy) else ""
    return render(request, "errors/403.html", {"why": why}, status=403)


@login_not_required
def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "errors/404.html", status=404)


def broken(request: HttpRequest) -> HttpResponse:
    # Nothing that could break again: no context, no query, no session.
    from django.template.loader import render_to_string  # noqa: PLC0415 - see above

    if second_try.is_being_answered():
        return second_try.come_back_soon()
    return HttpResponseServerError(render_to_string("errors/500.html"))
