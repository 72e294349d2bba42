"""A query that is put together once says in words that what it asks about is gone."""

from __future__ import annotations

from typing import Any

import pytest
from django.db.models import QuerySet

from billing_site.kernel.prepared import Prepared
from billing_site.people.models import User
from tests.factories.people import UserFactory


def named(_kind: str, person: int) -> QuerySet[Any, Any]:
    return User.objects.filter(pk=person).order_by().values("name")


@pytest.mark.django_db
def test_a_row_that_is_gone_is_a_lookup_that_failed() -> None:
    asked = Prepared(named)
    ada = UserFactory.create(name="Ada")

    assert asked.one("", ada.pk) == {"name": "Ada"}
    with pytest.raises(LookupError, match="is not there any more"):
        asked.one("", ada.pk + 1)
