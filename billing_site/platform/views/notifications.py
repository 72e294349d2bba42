from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from billing_site.kernel.http import SignedInRequest
from billing_site.platform import clock, notices
from billing_site.platform.models import Notice

PER_PAGE = 50


@require_safe
def index(request: SignedInRequest) -> HttpResponse:
    told = Notice.objects.visible_to(request.user.pk).order_by("-at", "-pk")
    page = Paginator(told, PER_PAGE).get_page(request.GET.get("page"))
    unread = Notice.objects.visible_to(request.user.pk).unread().count()
    return render(request, "platform/notifications.html", {"page": page, "unread_here": unread})


@require_POST
def reading(request: SignedInRequest) -> HttpResponse:
    notices.read(user_id=request.user.pk, at=clock.now())
    return redirect("notifications")
