"""What takes a race back for its next round puts back every row, and knows what was written."""

from __future__ import annotations

import pytest

from billing_site.people.models import Organization, User
from ledger.models import Account, Entry, Posting
from payments.models import Escrow
from tests import given_payments as given
from tests.given_payments import NOON
from tests.payments.books import assert_every_law_holds
from tests.rewinding import rewinding


@pytest.mark.django_db(transaction=True)
def test_everything_is_as_it_was() -> None:
    alice, bob = given.payer(), given.worker()
    given.held_escrow(client=alice, freelancer=bob)
    models = (User, Organization, Escrow, Account, Entry, Posting)
    before = [list(model._default_manager.order_by("pk").values()) for model in models]

    with rewinding() as rewind:
        assert rewind.back() == []
        for _ in range(2):
            Organization.objects.filter(pk=given.organization(bob).pk).update(name="Another")
            given.released(client=alice, freelancer=bob, at=NOON)
            written = rewind.back()
            assert {"people_organization", "payments_escrow", "ledger_posting"} <= set(written)
            assert "people_user" not in written
            found = [list(model._default_manager.order_by("pk").values()) for model in models]
            assert found == before
    assert_every_law_holds()
