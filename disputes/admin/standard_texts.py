from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils.decorators import method_decorator
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.views.decorators.http import require_http_methods, require_POST

from billing_site.kernel.admin import ReadOnlyAdmin
from billing_site.platform import clock
from disputes.forms.standard_texts import StandardTextForm
from disputes.models import StandardText
from disputes.services import standard_texts
from invoices.views.answering import answer, do


@admin.register(StandardText)
class StandardTextAdmin(ReadOnlyAdmin[StandardText]):
    """What mediators begin with. Nobody edits a text: another wording replaces it."""

    list_display = ["name", "purpose", "text", "by", "at", "retired_at"]
    list_display_links = None
    list_filter = ["purpose", ("retired_at", admin.EmptyFieldListFilter)]
    list_select_related = ["by"]
    search_fields = ["title", "text"]
    ordering = ["purpose", "title", "-pk"]

    @admin.display(description="title", ordering="title")
    def name(self, text: StandardText) -> str | SafeString:
        if text.retired_at:
            return text.title
        url = reverse("admin:disputes_standardtext_rewriting", args=[text.ref])
        return format_html('<a href="{}">{}</a>', url, text.title)

    def get_urls(self) -> list[URLPattern]:
        doors = {
            "writing/": ("writing", self.writing),
            "<slug:ref>/rewriting/": ("rewriting", self.writing),
            "<slug:ref>/retirement/": ("retirement", self.retirement),
        }
        return [
            *(
                path(at, self.admin_site.admin_view(view), name=f"disputes_standardtext_{noun}")
                for at, (noun, view) in doors.items()
            ),
            *super().get_urls(),
        ]

    @method_decorator(require_http_methods(["GET", "POST"]))
    def writing(self, request: Any, ref: str = "") -> HttpResponse:
        """Write a new one, or another wording of the one at *ref*."""
        old = get_object_or_404(StandardText.objects.in_use(), ref=ref) if ref else None
        form = StandardTextForm(request.POST or None, replaces=old)
        return answer(
            request,
            form,
            deed=lambda: standard_texts.write(
                purpose=old.purpose if old else form.cleaned_data["purpose"],
                title=form.cleaned_data["title"],
                text=form.cleaned_data["text"],
                replaces=ref,
                by=request.user,
                at=clock.now(),
                op_id=form.cleaned_data["op_id"],
            ),
            done="Kept. What was sent before stays as it was sent.",
            to=_list(),
            template="admin/disputes/standardtext/writing.html",
            context={
                **self.admin_site.each_context(request),
                "opts": self.opts,
                "title": f"“{old}”" if old else "A new text",
                "old": old,
            },
        )

    @method_decorator(require_POST)
    def retirement(self, request: Any, ref: str) -> HttpResponse:
        text = get_object_or_404(StandardText.objects.in_use(), ref=ref)
        return do(
            request,
            deed=lambda: standard_texts.retire(ref, by=request.user, at=clock.now()),
            done=f"“{text}” is offered no more.",
            to=_list(),
        )


def _list() -> str:
    return reverse("admin:disputes_standardtext_changelist")
