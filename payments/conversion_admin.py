"""Rates and quotes, as finance operations see them. Nothing is edited here."""

from __future__ import annotations

from django.contrib import admin

from billing_site.kernel.admin import ReadOnlyAdmin
from payments.models import ExchangeRate, Quote


@admin.register(Quote)
class QuoteAdmin(ReadOnlyAdmin[Quote]):
    list_display = ["ref", "organization", "amount", "margin", "rate", "into", "state", "asked_at"]
    list_filter = ["state", "currency", "into_currency"]
    list_select_related = ["organization"]
    search_fields = ["ref", "organization__name"]


@admin.register(ExchangeRate)
class ExchangeRateAdmin(ReadOnlyAdmin[ExchangeRate]):
    list_display = ["on", "currency", "per_euro", "source", "fetched_at"]
    list_filter = ["source", "currency"]
