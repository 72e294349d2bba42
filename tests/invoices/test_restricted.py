"""Who has something late offers nothing new, and can again once it is paid."""

from __future__ import annotations

import pytest

from billing_site.kernel.transitions import NotAllowed
from billing_site.people.models import User
from invoices.queries.client_home import client_home
from invoices.services import contracts
from payments.models import Charge
from payments.services import collecting
from tests import given, given_payments
from tests.given import NOON
from tests.given_payments import DAY, SOON
from tests.invoices.test_queries import membership
from tests.payments.test_collecting import paid_by_page


def test_nothing_new_is_offered_until_it_is_paid(alice: User, bob: User, settings: object) -> None:
    given_payments.payment_method(alice, "0341")
    item = given_payments.open_item(client=alice, freelancer=bob)
    collecting.collect_owed(item.pk, at=NOON)
    given_payments.settle(at=NOON + SOON)
    draft = given.draft_contract(client=alice, freelancer=bob, at=NOON)

    with pytest.raises(NotAllowed, match="cannot offer new contracts at the moment"):
        contracts.offer(draft.pk, by=alice, at=NOON + SOON)
    draft = type(draft).objects.get(pk=draft.pk)
    assert draft.state == "draft"
    assert client_home(membership(alice), at=NOON + SOON).waiting[0].badge == "late"

    paid_by_page(Charge.objects.get(), alice, at=NOON + 2 * SOON)

    contracts.offer(draft.pk, by=alice, at=NOON + DAY)
    assert type(draft).objects.get(pk=draft.pk).state == "offered"
