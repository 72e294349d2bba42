"""The books at the desk: to be read."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from billing_site.kernel.admin import ReadOnlyAdmin
from ledger.models import Account, Entry, Posting


@admin.register(Account)
class AccountAdmin(ReadOnlyAdmin[Account]):
    list_display = ["code", "currency", "kind", "money", "held", "seq", "closed_at"]
    list_filter = ["kind", "currency"]
    search_fields = ["code__startswith"]


@admin.register(Entry)
class EntryAdmin(ReadOnlyAdmin[Entry]):
    list_display = ["key", "kind", "memo", "reference_type", "reference", "occurred_at"]
    list_filter = ["kind"]
    search_fields = ["key__startswith", "reference"]


@admin.register(Posting)
class PostingAdmin(ReadOnlyAdmin[Posting]):
    list_display = ["entry", "line", "account", "money", "balance", "seq"]
    search_fields = ["entry__key__startswith", "account__code__startswith"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Posting]:
        return super().get_queryset(request).select_related("entry", "account")
