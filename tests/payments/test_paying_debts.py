"""What a freelancer owes in one currency is paid from any, when they choose to, at a rate shown."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from hypothesis import given as drawn
from hypothesis import settings as how
from hypothesis import strategies as st

from billing_site.kernel.money import Money, from_minor, zero
from billing_site.kernel.transitions import NotAllowed, NotYours
from billing_site.people.models import User
from billing_site.platform import clock
from invoices.queries.payout_parts import parts_of
from ledger.models import Entry
from payments.models import DebtPayment, Quote
from payments.queries.earnings import earnings_page
from payments.queries.paying_debts import way_from
from payments.services import debts, exchange_rates
from tests import given_payments as given
from tests.given_payments import DAY, EUR, NOON
from tests.invoices._race import rounds
from tests.payments.books import assert_every_law_holds, available, held
from tests.payments.test_debts import owes
from tests.payments.test_taking_back import debt_of
from tests.payments.visiting import text_of
from tests.signing_in import session_of

pytestmark = pytest.mark.django_db


def dollars(units: str) -> Money:
    return Money(units, "USD")


@pytest.fixture(autouse=True)
def _noon(db: None) -> Iterator[None]:
    for at in (NOON, NOON + 6 * DAY):
        exchange_rates.fetch_when_due(at=at)
    with clock.pinned(NOON + 6 * DAY):
        yield


def owing(alice: User, bob: User, *, earned: Money) -> None:
    """Bob owes €792.90 and *earned* is available, whatever was kept of it."""
    owes(alice, bob)
    given.available_earnings(client=alice, freelancer=bob, price=earned)


def paid(bob: User, source: str, **facts: Any) -> DebtPayment:
    usual: dict[str, Any] = {"source": source, "by": bob, "at": NOON + 6 * DAY}
    return debts.pay(given.organization(bob), "EUR", **{**usual, **facts})


def purse(bob: User, currency: str) -> Money:
    return held(f"freelancer:{given.organization(bob).pk}:available", currency)


def test_dollars_pay_euros_at_the_rate_of_the_moment_without_a_margin(
    alice: User, bob: User
) -> None:
    owing(alice, bob, earned=dollars("500.00"))
    assert (purse(bob, "USD"), debt_of(bob)) == (dollars("440.50"), EUR("-792.90"))

    payment = paid(bob, "USD")

    quote = payment.quote
    assert quote
    assert (quote.amount, quote.into, quote.margin_bps) == (dollars("440.50"), EUR("405.24"), 0)
    assert (quote.state, quote.rate_title) == ("used", "Sandbox")
    assert (purse(bob, "USD"), debt_of(bob)) == (dollars("0.00"), EUR("-387.66"))
    assert held("fx:USD", "USD") == dollars("440.50")
    assert held("fx:EUR") == EUR("-405.24")
    assert held("income:fx_margin", "USD") == dollars("0.00")
    kinds = list(Entry.objects.order_by("-pk").values_list("kind", flat=True)[:2])
    assert sorted(kinds) == ["convert_payout", "repay_debt"]
    assert_every_law_holds()


def test_no_more_is_taken_than_is_owed_and_the_rest_stays(alice: User, bob: User) -> None:
    owing(alice, bob, earned=dollars("2000.00"))

    payment = paid(bob, "USD")

    assert (payment.amount, debt_of(bob)) == (EUR("792.90"), EUR("0.00"))
    assert purse(bob, "USD") == dollars("1762.00") - dollars("861.88")
    with pytest.raises(NotAllowed, match="You owe nothing in EUR"):
        paid(bob, "USD")
    assert_every_law_holds()


def test_the_same_currency_pays_at_once_and_is_in_no_later_withdrawal(
    alice: User, bob: User
) -> None:
    owing(alice, bob, earned=EUR("1000.00"))
    assert available(bob) == EUR("660.75")  # a quarter was kept

    assert paid(bob, "EUR").amount == EUR("572.65")
    assert (available(bob), debt_of(bob)) == (EUR("88.10"), EUR("0.00"))
    recent = earnings_page(given.organization(bob), at=NOON + 6 * DAY).recent
    assert [it.amount for it in recent if "Paid back" in it.words] == [EUR("-572.65")]

    bank = given.payout_method(bob, last4="0002", at=NOON - 20 * DAY)
    payout = given.requested_payout(bob, bank, EUR("88.10"), at=NOON + 7 * DAY)
    assert sum((part.amount for part in parts_of(payout)), EUR("0.00")) == EUR("88.10")
    assert all(part.title for part in parts_of(payout))
    assert_every_law_holds()


def test_the_same_form_pays_once(alice: User, bob: User) -> None:
    owing(alice, bob, earned=dollars("100.00"))
    op_id = uuid4()

    first, again = paid(bob, "USD", op_id=op_id), paid(bob, "USD", op_id=op_id)

    assert first == again
    assert DebtPayment.objects.count() == Quote.objects.filter(state="used").count() == 1
    assert_every_law_holds()


def test_who_may_not_or_has_nothing_pays_nothing(alice: User, bob: User, charlie: User) -> None:
    owing(alice, bob, earned=dollars("100.00"))

    with pytest.raises(NotYours):
        paid(bob, "USD", by=charlie)
    with pytest.raises(NotAllowed, match="Nothing in EUR is available"):
        paid(bob, "EUR")
    with pytest.raises(NotAllowed, match=r"It takes \$88\.10 by now"):
        paid(bob, "USD", seen=dollars("88.09"))
    assert not DebtPayment.objects.exists()


@drawn(
    there=st.integers(1, 10**7),
    owed=st.integers(1, 10**7),
    pair=st.sampled_from(["USD EUR", "EUR USD", "JPY EUR", "EUR JPY", "CHF KWD", "KWD JPY"]),
)
@how(deadline=None, max_examples=60)
@pytest.mark.usefixtures("_noon")
def test_no_way_takes_more_than_is_there_or_pays_more_than_is_owed(
    there: int, owed: int, pair: str
) -> None:
    source, debt = pair.split()
    purse_, debt_ = (from_minor(n * 10, code) for n, code in ((there, source), (owed, debt)))
    try:
        way = way_from(purse_, debt_, at=NOON)
    except NotAllowed:
        return
    assert zero(source) < way.given <= purse_
    assert zero(debt) < way.paid <= debt_


class TestThePage:
    def test_it_says_what_it_takes_and_at_which_rate(self, alice: User, bob: User) -> None:
        owing(alice, bob, earned=dollars("500.00"))
        client, url = session_of(bob), reverse("debt", args=["EUR"])

        earned = text_of(client.get(reverse("earnings")))
        assert "25 % of each payment in EUR" in earned
        assert "Pay back what you owe" in earned
        other = text_of(client.get(f"{reverse('earnings')}?currency=USD"))
        assert "You owe €792.90 as well. What you earn in USD does not pay it by itself" in other
        page = client.get(url)
        said = "$440.50 of your available $440.50, which pays €405.24 at 0.919963 EUR for 1 USD"
        assert f"{said} (Sandbox, 8 March 2026)" in text_of(page)

        form = page.context["form"]
        sent = {name: form[name].value() for name in form.fields}
        stale = client.post(url, {**sent, "seen_ways": "something else"})
        assert stale.status_code == 422
        assert client.post(url, {}).status_code == 422
        assert not DebtPayment.objects.exists()
        done = client.post(url, sent, follow=True)
        assert "You paid back €405.24." in text_of(done)
        in_dollars = text_of(client.get(f"{reverse('earnings')}?currency=USD"))
        assert "Paid back what you owed" in in_dollars
        assert "became €405.24 of what you owed" in in_dollars
        assert "Converted to" not in in_dollars
        listed = text_of(client.get(f"{reverse('records')}?currency=EUR"))
        assert "Paid back what you owed" in listed
        assert debt_of(bob) == EUR("-387.66")

    def test_who_owes_nothing_or_has_nothing_reads_that(self, alice: User, bob: User) -> None:
        client, url = session_of(bob), reverse("debt", args=["EUR"])
        assert "You owe nothing in EUR." in text_of(client.get(url))
        owes(alice, bob)
        assert "Nothing is available to pay with now." in text_of(client.get(url))
        assert client.get(reverse("debt", args=["XXX"])).status_code == 404


@pytest.mark.parametrize(
    ("statement", "name"),
    [
        ("UPDATE payments_debtpayment SET amount = amount + 1", "final"),
        ("DELETE FROM payments_debtpayment", "final"),
    ],
)
def test_what_was_paid_stays(alice: User, bob: User, statement: str, name: str) -> None:
    owing(alice, bob, earned=dollars("100.00"))
    paid(bob, "USD")
    with (
        pytest.raises(IntegrityError, match=name),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


@pytest.mark.django_db(transaction=True)
def test_sixteen_pay_no_more_than_is_there(alice: User, bob: User) -> None:
    owing(alice, bob, earned=dollars("500.00"))
    for said in rounds([partial(paid, bob, "USD")] * 16, times=2):
        assert said == ["NotAllowed"] * 15 + ["done"]
        assert (purse(bob, "USD"), debt_of(bob)) == (dollars("0.00"), EUR("-387.66"))
        assert_every_law_holds()
