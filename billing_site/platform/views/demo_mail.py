from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from billing_site.platform.queries.demo_mail import mail_of_the_demo

PER_PAGE = 20


@login_not_required
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Show everybody's mail to everybody: the demo's people have no mailboxes of their own."""
    recipient = request.GET.get("to", "").strip()
    page = Paginator(mail_of_the_demo(recipient), PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "platform/demo_mail.html", {"page": page, "recipient": recipient})
