"""A balance that is too short is topped up from our own bank: once, with a reason, and compared."""

from __future__ import annotations

from functools import partial

import pytest
from django.core.management import CommandError

from billing_site.people.models import User
from billing_site.platform.models import AuditEvent
from ledger.models import Entry
from ledger.queries.journal import journal
from payments.queries.ours import ours
from payments.services import our_income
from tests import given_payments as given
from tests.corruption import silent_laws
from tests.given_payments import DAY, EUR, NOON
from tests.payments.books import assert_every_law_holds, held
from tests.payments.compared import compare
from tests.payments.racing import at_once
from tests.payments.test_our_income import MONTH, OURS, swept

SHORT = "A refund waits for it"


@pytest.mark.django_db
def test_it_lies_at_the_provider_once_and_both_sides_agree(alice: User, bob: User) -> None:
    given.available_earnings(client=alice, freelancer=bob)
    with pytest.raises(CommandError, match="is missing at the provider"):
        swept("po_1", "EUR:150.00", "--reason", MONTH)

    for _ in range(2):
        said = swept("tu_1", "EUR:2.53", "--top-up", "--reason", SHORT)

    assert "€2.53 of our own bank lies at the provider." in said
    assert (held("bank:operating"), ours("EUR")) == (-OURS, EUR("0.00"))
    assert AuditEvent.objects.get(deed="balance.topped_up").reason == SHORT
    assert journal().endswith("""\
Sent to the provider from our own bank
  provider:balance                              2.53 EUR
      bank:operating                                          2.53 EUR""")
    with pytest.raises(CommandError, match="tu_1 was noted with another sum"):
        swept("tu_1", "EUR:1.00", "--top-up", "--reason", SHORT)
    assert compare(NOON + DAY).found == 0
    assert_every_law_holds()


@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
def test_sixteen_at_once_note_it_once() -> None:
    amount = EUR("50.00")
    note = partial(our_income.top_up, reference="tu_1", amount=amount, reason=SHORT, at=NOON)

    assert at_once(note) == {"done": 16}

    assert held("bank:operating") == amount
    assert Entry.objects.get().kind == "top_up_balance"
    assert AuditEvent.objects.filter(deed="balance.topped_up").count() == 1
    assert_every_law_holds()
    without_reason = "DELETE FROM platform_auditevent WHERE deed = 'balance.topped_up'"
    assert silent_laws({"payments.sweeps_have_a_reason": without_reason}) == []
