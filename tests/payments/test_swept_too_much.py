"""What has left the provider stands in the books, also where it was more than is ours."""

from __future__ import annotations

import pytest
from django.core.management import CommandError

from billing_site.people.models import User
from billing_site.platform.models import AuditEvent
from ledger.models import Entry
from payments.queries.ours import ours
from tests import given_payments as given
from tests.given_payments import DAY, EUR, NOON
from tests.payments.books import assert_every_law_holds, held
from tests.payments.compared import compare
from tests.payments.test_our_income import MONTH, OURS, swept

pytestmark = pytest.mark.django_db


def test_it_is_noted_once_and_loudly(alice: User, bob: User) -> None:
    given.available_earnings(client=alice, freelancer=bob)
    assert "is at our own bank" in swept("po_1", "EUR:100.00", "--reason", MONTH)

    for _ in range(2):
        with pytest.raises(CommandError, match=r"€2\.53 is missing at the provider now"):
            swept("po_2", "EUR:50.00", "--reason", MONTH)

    assert (held("bank:operating"), ours("EUR")) == (EUR("-150.00"), OURS - EUR("150.00"))
    assert Entry.objects.filter(kind="sweep_income").count() == 2
    assert AuditEvent.objects.filter(deed="income.swept").count() == 2
    assert compare(NOON + DAY).found == 0
    assert_every_law_holds()
