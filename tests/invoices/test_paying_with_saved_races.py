"""A form that names a saved card, sent sixteen times at once, charges it once."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from uuid import uuid4

import pytest

from invoices.models import Milestone
from invoices.services import milestones
from payments.models import Charge, ChargeAttempt
from tests import given, given_payments
from tests.given import NOON
from tests.invoices._race import race
from tests.invoices.books import assert_every_law_holds


@pytest.mark.django_db(transaction=True)
def test_sixteen_times_the_same_form_charges_once() -> None:
    alice = given.person("alice", country="AT")
    bob = given.person("bob", kind="freelancer", country="NO")
    method = given_payments.payment_method(alice)
    milestone = given.planned_milestone(client=alice, freelancer=bob)
    press = partial(
        milestones.begin_funding, milestone.pk, by=alice, at=NOON, saved=method, op_id=uuid4()
    )

    assert race([press] * 16) == ["done"] * 16

    given_payments.settle(at=NOON + timedelta(minutes=10))
    assert Charge.objects.get().state == Charge.State.SUCCEEDED
    assert ChargeAttempt.objects.count() == 1
    assert Milestone.objects.get().state == Milestone.State.FUNDED
    assert_every_law_holds()
