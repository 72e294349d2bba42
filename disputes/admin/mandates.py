from __future__ import annotations

from django.contrib import admin

from billing_site.kernel.admin import ReadOnlyAdmin
from billing_site.kernel.money import show
from disputes.models import Mandate


@admin.register(Mandate)
class MandateAdmin(ReadOnlyAdmin[Mandate]):
    """Who rules alone up to what. `manage.py mandate` says it."""

    list_display = ["mediator", "rules_alone_up_to"]
    list_display_links = None
    list_filter = ["currency"]
    list_select_related = ["mediator"]
    search_fields = ["mediator__name", "mediator__email"]
    ordering = ["mediator__name", "currency", "pk"]

    @admin.display(description="rules alone up to")
    def rules_alone_up_to(self, mandate: Mandate) -> str:
        return show(mandate.cap) if mandate.cap else "never alone"
