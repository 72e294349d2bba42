"""Short news on somebody's notifications page."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from billing_site.platform.models import Notice
from billing_site.platform.models.notice import LONGEST


@transaction.atomic
def tell(*, users: Iterable[int], text: str, url: str, key: str, at: datetime) -> list[Notice]:
    """Tell each of *users* (their pks) once; the same *key* again is the same news.

    A text that is longer than a line ends at a word, with “…”: names, titles and reasons in it
    are as long as somebody wrote them.
    """
    text = _fitting(text)
    told = [Notice(user_id=pk, text=text, url=url, key=key, at=at) for pk in sorted(set(users))]
    return Notice.objects.bulk_create(told, ignore_conflicts=True)


@transaction.atomic
def read(*, user_id: int, notice_ids: Iterable[int] | None = None, at: datetime) -> int:
    """Mark this person's news as read, all of it or *notice_ids*; return how many were new."""
    unread = Notice.objects.visible_to(user_id).unread()
    if notice_ids is not None:
        unread = unread.filter(pk__in=notice_ids)
    return unread.update(read_at=at)


def _fitting(text: str) -> str:
    if len(text) <= LONGEST:
        return text
    head = text[: LONGEST - 1]
    return f"{head.rpartition(' ')[0].rstrip(' ,.;:') or head}…"
