"""An exchange of the platform's balance is two lines at the provider, and one entry of ours."""

from __future__ import annotations

from typing import Any

import pytest

from billing_site.kernel.money import Money
from billing_site.people.models import User
from payments.gateways.sandbox.models import SandboxBalanceLine
from payments.models import ProviderLine, ReconciliationDifference
from tests import given_payments as given
from tests.given_payments import DAY, EUR, NOON
from tests.payments.compared import compare, open_differences


@pytest.fixture
def _exchanged(alice: User, bob: User) -> None:
    given.held_escrow(client=alice, freelancer=bob, at=NOON - 10 * DAY)
    given.exchanged(EUR("100.00"), Money("109.00", "USD"))


@pytest.mark.usefixtures("_exchanged")
@pytest.mark.parametrize("kind", ["adjustment", "fx", "other_adjustment"])
def test_it_agrees_whatever_the_provider_calls_it(kind: str) -> None:
    SandboxBalanceLine.objects.filter(source_id="X1").update(kind=kind)

    compare()

    assert open_differences() == []
    assert not ProviderLine.objects.filter(matched_at=None).exists()


@pytest.mark.usefixtures("_exchanged")
@pytest.mark.parametrize(("currency", "missing"), [("USD", "-109.00"), ("EUR", "100.00")])
def test_one_side_alone_is_a_difference(currency: str, missing: str) -> None:
    kept: Any = SandboxBalanceLine.objects.get(source_id="X1", currency=currency)
    facts = {field.name: getattr(kept, field.name) for field in kept._meta.fields}
    kept.delete()

    compare()
    assert open_differences() == [("not_at_provider", missing)]
    assert compare(NOON + 2 * DAY).resolved == 0

    SandboxBalanceLine.objects.create(**facts)
    assert compare(NOON + 2 * DAY).resolved == 1
    assert ReconciliationDifference.objects.get().state == "resolved"
