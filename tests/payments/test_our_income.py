"""Our own income goes to our own bank: noted once, with a reason, and compared."""

from __future__ import annotations

from functools import partial
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from billing_site.kernel.transitions import NotAllowed
from billing_site.people.models import User
from billing_site.platform import clock
from billing_site.platform.models import AuditEvent
from ledger.models import Entry
from ledger.queries.balances import balance
from payments import income_laws
from payments.queries.ours import ours
from payments.services import converting, our_income
from tests import given_payments as given
from tests.corruption import laws_of, silent_laws
from tests.given_payments import DAY, EUR, NOON
from tests.payments.books import assert_every_law_holds, available, credit_of, held
from tests.payments.compared import compare
from tests.payments.racing import at_once
from tests.payments.test_taking_back import taken_back

# Of 1,059.50 a payment costs 31.03; 881.00 are Bob's, 28.50 is VAT that we pay on.
OURS = EUR("147.47")
MONTH = "Income of February"


def swept(*arguments: str) -> str:
    out = StringIO()
    with clock.pinned(NOON):
        call_command("take_income", *arguments, stdout=out)
    return out.getvalue()


def test_it_leaves_the_provider_once_and_both_sides_agree(alice: User, bob: User) -> None:
    given.available_earnings(client=alice, freelancer=bob)
    held_too = given.held_escrow(client=alice, freelancer=bob, at=NOON - 5 * DAY)
    assert held_too.state == "held"
    left = OURS - EUR("31.03")  # What the second payment cost is gone, and nothing of it is earned.
    assert f"€{left.amount} at the provider is ours." in swept()

    for _ in range(2):
        said = swept("po_1", f"EUR:{left.amount}", "--reason", MONTH)

    assert "is at our own bank." in said
    assert (held("bank:operating"), ours("EUR")) == (-left, EUR("0.00"))
    assert AuditEvent.objects.get(deed="income.swept").reason == MONTH
    for refused in (("po_1", "EUR:1.00"), ("po_3", "EUR:0.00")):
        with pytest.raises(CommandError):
            swept(*refused, "--reason", MONTH)
    with pytest.raises(CommandError, match="Say why"):
        swept("po_4", "EUR:1.00")
    assert compare(NOON + DAY).found == 0
    assert_every_law_holds()


def test_what_our_bank_does_not_take_is_there_again(alice: User, bob: User) -> None:
    given.available_earnings(client=alice, freelancer=bob)
    with pytest.raises(CommandError, match="Nothing was noted as po_1"):
        swept("po_1", "--back", "--reason", "Closed.")
    swept("po_1", "EUR:100.00", "--reason", MONTH)
    compare(NOON + DAY)

    for _ in range(2):
        assert "€100.00 lies at the provider again." in swept("po_1", "--back", "--reason", "No.")

    assert (held("bank:operating"), ours("EUR")) == (EUR("0.00"), OURS)
    assert compare(NOON + 2 * DAY).found == 0
    assert_every_law_holds()


def test_what_lies_at_a_payee_and_went_back_to_a_client_is_not_ours(alice: User, bob: User) -> None:
    lot = given.available_earnings(client=alice, freelancer=bob).lot
    bank = given.payout_method(bob, behavior="closes")
    given.requested_payout(bob, bank, EUR("881.00"))
    given.settle(at=NOON + DAY)
    given.settle(at=NOON + 10 * DAY)
    assert held(f"provider:payee:{given.organization(bob).pk}") == EUR("-880.01")
    assert (available(bob), ours("EUR")) == (EUR("881.00"), OURS)

    taken_back("900.00", of=lot.document.removeprefix("invoice/"))

    # Alice has 953.55 of the 1,028.47 that came in, and Bob 88.10 of the 880.01 that lie with him.
    assert (credit_of(alice), available(bob)) == (EUR("953.55"), EUR("88.10"))
    assert ours("EUR") == EUR("1028.47") - EUR("880.01") - EUR("953.55")
    assert_every_law_holds()


def test_what_is_to_be_exchanged_is_not_ours(alice: User) -> None:
    bob = given.worker("bob", currency="USD")
    given.available_earnings(client=alice, freelancer=bob)
    quote = given.quoted(bob, given.payout_method(bob), EUR("500.00"))
    converting.withdraw(quote.pk, by=bob, at=NOON)

    assert ours("EUR") == OURS + EUR("5.00")  # our margin
    assert ours("USD").amount < 0


@pytest.mark.django_db(transaction=True)
def test_sixteen_at_once_are_noted_once_each(alice: User, bob: User) -> None:
    given.available_earnings(client=alice, freelancer=bob)

    def sweep(number: int) -> None:
        our_income.take_out(reference=f"po_{number}", amount=EUR("50.00"), reason=MONTH, at=NOON)

    ended = at_once(*[partial(sweep, number % 2) for number in range(16)])

    assert ended == {"done": 16}
    assert held("bank:operating") == EUR("-100.00")
    key = Entry.objects.filter(kind="sweep_income").values_list("reference", flat=True)[0]
    again: Any = partial(
        our_income.take_out, reference=key, amount=EUR("50.00"), reason=MONTH, at=NOON
    )
    assert at_once(again) == {"done": 16}
    assert Entry.objects.filter(kind="sweep_income").count() == 2
    with pytest.raises(NotAllowed):
        our_income.take_out(reference=key, amount=EUR("40.00"), reason=MONTH, at=NOON)
    assert_every_law_holds()


CORRUPTED = {
    "payments.sweeps_have_a_reason": "DELETE FROM platform_auditevent WHERE deed = 'income.swept'",
    "payments.what_comes_back_was_swept": "UPDATE ledger_posting SET amount = amount - 1"
    " WHERE entry_id = (SELECT id FROM ledger_entry WHERE kind = 'return_swept')"
    " AND account_id = (SELECT id FROM ledger_account WHERE code = 'bank:operating')",
}


@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
def test_the_laws_see_what_somebody_corrupted(alice: User, bob: User) -> None:
    given.available_earnings(client=alice, freelancer=bob)
    our_income.take_out(reference="po_1", amount=EUR("50.00"), reason=MONTH, at=NOON)
    our_income.take_back(reference="po_1", reason="Closed.", at=NOON)
    assert balance("bank:operating", "EUR") == EUR("0.00")

    assert silent_laws(CORRUPTED) == []
    assert laws_of(income_laws.__name__) == set(CORRUPTED)
