"""Who hears that nothing was charged is asked once, for the letter and for the notice."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from billing_site.people.models import User
from billing_site.platform.models import Letter, Notice
from payments.models import Collection
from payments.services import collecting, collection_news
from tests import given_payments as given
from tests.given_payments import DAY, NOON, SOON


@pytest.mark.django_db
def test_who_may_pay_is_asked_once(alice: User, bob: User) -> None:
    given.payment_method(alice, "0341")
    charge = collecting.collect_owed(given.open_item(client=alice, freelancer=bob).pk, at=NOON)
    assert charge
    given.settle(at=NOON + SOON)
    later = Collection.objects.get(rounds=1)

    with CaptureQueriesContext(connection) as asked:
        collection_news.round_ended(charge, later, at=NOON + DAY)

    assert sum("people_membership" in each["sql"] for each in asked) == 1
    key = f"charge/{charge.ref}/payment_without_method/1"
    assert Letter.objects.get(key__startswith=key).email == alice.email
    assert Notice.objects.get(key__startswith=key).user_id == alice.pk
