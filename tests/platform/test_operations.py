from __future__ import annotations

from uuid import UUID

import pytest
from django.db import transaction

from billing_site.kernel.transitions import NotAllowed
from billing_site.platform import operations
from billing_site.platform.models import Operation
from tests.platform._threads import at_once
from tests.platform.tasks import NOON

FORM = UUID("11111111-1111-4111-8111-111111111111")


def once(
    user_id: int = 1, deed: str = "approve", op_id: UUID = FORM, subject: str = "invoice/A"
) -> Operation | None:
    return operations.once(user_id=user_id, deed=deed, op_id=op_id, subject=subject, at=NOON)


@pytest.mark.django_db
def test_the_same_form_again_is_the_same_deed() -> None:
    assert once() is not None
    assert once() is None

    assert Operation.objects.count() == 1


@pytest.mark.django_db
def test_another_person_deed_or_form_is_another_deed() -> None:
    assert once()
    assert once(user_id=2)
    assert once(deed="withdraw")
    assert once(op_id=UUID("22222222-2222-4222-8222-222222222222"))

    assert Operation.objects.count() == 4


@pytest.mark.django_db
def test_a_form_does_not_travel_to_another_subject() -> None:
    once()

    with pytest.raises(NotAllowed, match="sent before, for invoice/A"):
        once(subject="invoice/B")

    assert Operation.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_sixteen_presses_at_once_do_it_once() -> None:
    @transaction.atomic
    def press(_: int) -> bool:
        return once() is not None

    outcomes = at_once(16, press)

    assert sorted(map(str, outcomes)) == ["False"] * 15 + ["True"]


@pytest.mark.django_db(transaction=True)
def test_a_deed_that_was_refused_may_be_tried_again() -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        once()
        raise ZeroDivisionError

    with transaction.atomic():
        assert once() is not None
