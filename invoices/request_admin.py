"""Requests for money back, as our mediators read them and help with them."""

from __future__ import annotations

from typing import ClassVar

from django.contrib import admin

from billing_site.platform.decisions import DecidingAdmin, Decision
from invoices.models import RefundRequest
from invoices.services import mediating_requests

ADVISE = Decision(
    "advise",
    "Write to both sides",
    "Both read your words as you write them. They bind nobody: released money goes back only if"
    " the freelancer agrees.",
    mediating_requests.advise,
)
CLOSE = Decision(
    "close",
    "End the mediation",
    "What was paid stays where it is, and both sides read why.",
    mediating_requests.close,
)


@admin.register(RefundRequest)
class RefundRequestAdmin(DecidingAdmin[RefundRequest]):
    """What clients ask back; about released money in dispute, a mediator writes to both."""

    decisions: ClassVar = [ADVISE, CLOSE]
    list_display = ["ref", "contract", "kind", "amount", "state", "asked_at", "answered_at"]
    list_filter = ["kind", "state", "currency"]
    list_select_related = ["contract"]
    search_fields = ["ref", "contract__client__name", "contract__freelancer__name"]
    ordering = ["-asked_at", "-pk"]
