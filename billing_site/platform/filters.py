"""A page's filters under a name: kept for one person, in the words of the address."""

from __future__ import annotations

from django.db import transaction

from billing_site.kernel.transitions import NotAllowed
from billing_site.platform.models import SavedFilter

MOST = 20


@transaction.atomic
def keep(*, user_id: int, page: str, name: str, query: str) -> SavedFilter:
    """Keep *query* under *name*; the same name again means something else from now on.

    :raises NotAllowed: there are too many already.
    """
    mine = SavedFilter.objects.filter(user_id=user_id, page=page)
    if mine.exclude(name=name).count() >= MOST:
        raise NotAllowed(f"You have {MOST} saved filters here. Remove one first.")
    saved, _ = SavedFilter.objects.update_or_create(
        user_id=user_id, page=page, name=name, defaults={"query": query}
    )
    return saved


@transaction.atomic
def forget(saved_id: int, *, user_id: int) -> None:
    SavedFilter.objects.filter(pk=saved_id, user_id=user_id).delete()


def of(*, user_id: int, page: str) -> list[SavedFilter]:
    return list(SavedFilter.objects.filter(user_id=user_id, page=page).order_by("name", "pk"))
