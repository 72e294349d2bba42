"""What our own bank sent to the balance may not stay there: booked back once, by whoever tells."""

from __future__ import annotations

from functools import partial

import pytest
from django.core.management import CommandError

from billing_site.platform.models import AuditEvent
from ledger.models import Entry
from ledger.queries.journal import journal
from payments.gateways.base import Status, TopUpState
from payments.gateways.sandbox import balances
from payments.models import ProviderLine
from payments.services import our_income, returned_top_ups
from tests import given_payments as given
from tests.corruption import silent_laws
from tests.given_payments import DAY, EUR, NOON
from tests.payments.books import assert_every_law_holds, held
from tests.payments.compared import compare, open_differences
from tests.payments.racing import at_once
from tests.payments.test_our_income import swept

SHORT = "A refund waits for it"
TEN = EUR("10.00")
BACK = """\
Given back to our own bank by the provider
  bank:operating                               10.00 EUR
      provider:balance                                       10.00 EUR"""


def topped_up() -> None:
    swept("tu_1", "EUR:10.00", "--top-up", "--reason", SHORT)


@pytest.mark.django_db
@pytest.mark.parametrize("is_told", [True, False])
def test_it_is_booked_back_once_and_both_sides_agree(is_told: bool) -> None:
    topped_up()
    assert compare(NOON + DAY).found == 0
    balances.return_top_up("tu_1", at=NOON + DAY)
    balances.return_top_up("tu_1", at=NOON + DAY)
    if is_told:
        given.settle(at=NOON + DAY)
        assert held("bank:operating") == EUR("0.00")

    for days in (2, 3):
        assert compare(NOON + days * DAY).found == 0

    assert (held("bank:operating"), held("provider:balance")) == (EUR("0.00"), EUR("0.00"))
    assert journal().endswith(BACK)
    assert AuditEvent.objects.filter(deed="top_up.returned").exclude(reason="").count() == 1
    assert ProviderLine.objects.filter(matched_at=None).count() == 0
    assert_every_law_holds()


@pytest.mark.django_db
def test_what_never_reached_the_provider_is_no_difference_once_it_is_known() -> None:
    our_income.top_up(reference="tu_1", amount=TEN, reason=SHORT, at=NOON)
    assert compare(NOON + DAY).found == 1

    for _ in range(2):
        returned_top_ups.follow(TopUpState("tu_1", Status.FAILED, 1_000, "EUR"), at=NOON + DAY)

    assert compare(NOON + 2 * DAY).resolved == 1
    assert open_differences() == []
    assert Entry.objects.filter(kind="return_top_up").count() == 1
    assert_every_law_holds()


@pytest.mark.django_db
def test_by_hand_it_is_noted_once_and_only_what_was_noted() -> None:
    with pytest.raises(CommandError, match="Nothing was noted as tu_1"):
        swept("tu_1", "--top-up", "--back", "--reason", "It failed.")
    topped_up()

    for _ in range(2):
        said = swept("tu_1", "--top-up", "--back", "--reason", "It failed.")

    assert "€10.00 is at our own bank again." in said
    assert AuditEvent.objects.get(deed="top_up.returned").reason == "It failed."
    assert compare(NOON + DAY).found == 0
    assert_every_law_holds()


@pytest.mark.django_db
def test_what_nobody_noted_stays_a_difference_until_somebody_does() -> None:
    balances.top_up("tu_1", TEN, at=NOON)
    balances.return_top_up("tu_1", at=NOON)
    returned_top_ups.follow(TopUpState("tu_1", Status.FAILED, 1_000, "EUR"), at=NOON)

    compare(NOON + DAY)
    assert open_differences() == [("not_in_books", "-10.00"), ("not_in_books", "10.00")]

    topped_up()
    assert compare(NOON + 2 * DAY).resolved == 2
    assert_every_law_holds()


@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
def test_sixteen_at_once_book_it_back_once() -> None:
    our_income.top_up(reference="tu_1", amount=TEN, reason=SHORT, at=NOON)
    told = TopUpState("tu_1", Status.FAILED, 1_000, "EUR")

    assert at_once(partial(returned_top_ups.follow, told, at=NOON)) == {"done": 16}

    assert (held("bank:operating"), Entry.objects.count()) == (EUR("0.00"), 2)
    assert AuditEvent.objects.filter(deed="top_up.returned").count() == 1
    more = (
        "UPDATE ledger_posting SET amount = amount * 2 WHERE entry_id ="
        " (SELECT id FROM ledger_entry WHERE kind = 'return_top_up')"
    )
    reasonless = "DELETE FROM platform_auditevent WHERE deed = 'top_up.returned'"
    corrupted = {
        "payments.what_comes_back_was_swept": more,
        "payments.sweeps_have_a_reason": reasonless,
    }
    assert silent_laws(corrupted) == []
