from __future__ import annotations

import pytest

from billing_site.platform import notices
from billing_site.platform.models import Notice
from tests.platform.tasks import NOON

pytestmark = pytest.mark.django_db


def tell(*users: int, key: str = "k") -> None:
    notices.tell(
        users=users, text="Your invoice was approved", url="/invoices/A/", key=key, at=NOON
    )


def test_each_is_told_once() -> None:
    tell(2, 1, 2)
    tell(1, 3)

    assert sorted(Notice.objects.values_list("user_id", flat=True)) == [1, 2, 3]


def test_reading_is_one_s_own() -> None:
    tell(1, 2)
    tell(1, key="other")

    assert notices.read(user_id=1, at=NOON) == 2
    assert notices.read(user_id=1, at=NOON) == 0

    assert Notice.objects.unread().get().user_id == 2
