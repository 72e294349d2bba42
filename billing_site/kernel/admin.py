from __future__ import annotations

from functools import cached_property
from typing import Any, TypeVar

from django.contrib import admin
from django.core.paginator import Paginator
from django.db.models import CharField, Model
from django.http import HttpRequest, HttpResponse
from django.utils.text import capfirst

M = TypeVar("M", bound=Model)
COUNTED = 10_000  # rows; whoever looks for an older one searches for it
LOOKED_AT = 1_000


class CountsSome(Paginator[Any]):
    """Counts no further than somebody turns pages: the whole of a ledger takes seconds to count."""

    @cached_property
    def counted(self) -> int:
        rows: Any = self.object_list
        return int(rows.order_by()[: COUNTED + 1].count())

    @cached_property
    def count(self) -> int:
        return min(self.counted, COUNTED)

    @property
    def is_cut(self) -> bool:
        return self.counted > COUNTED


class OfTheNewest(admin.AllValuesFieldListFilter):
    """Offers what stands in the newest rows: to look for every value reads the whole table."""

    def __init__(self, field: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(field, *args, **kwargs)
        newest = self.lookup_choices.model._default_manager.order_by("-pk")  # noqa: SLF001 - Django's
        found = set(newest.values_list(field.name, flat=True)[:LOOKED_AT])
        values = sorted(found, key=lambda value: (value is None, value))
        self.lookup_choices = values  # type: ignore[assignment]  # Django only loops over it


class ReadOnlyAdmin(admin.ModelAdmin[M]):
    """Staff read here. What they may decide are actions, and actions call services."""

    actions = None
    show_full_result_count = False
    list_per_page = 50
    paginator = CountsSome

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Lists are called by what is in them: nothing of it is selected for a change."""
        title = capfirst(str(self.opts.verbose_name_plural))
        return super().changelist_view(request, {"title": title, **(extra_context or {})})

    def get_list_filter(self, request: HttpRequest) -> Any:
        return [
            (each, OfTheNewest) if isinstance(each, str) and self._is_open(each) else each
            for each in super().get_list_filter(request)
        ]

    def _is_open(self, name: str) -> bool:
        """Whether the column may say anything, so that Django would look what it does say."""
        field = self.opts.get_field(name)
        return isinstance(field, CharField) and not field.choices

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: M | None = None) -> bool:
        """Whoever is let in at the desk reads all of it; `admin_view` has asked for the rest."""
        return bool(request.user.is_active and request.user.is_staff)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: M | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: M | None = None) -> bool:
        return False
