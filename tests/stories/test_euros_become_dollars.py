"""Story: Ben earns euros and banks in dollars. The bank sends them back, and they are dollars."""

from __future__ import annotations

import pytest

from billing_site.kernel.invariants import run_laws
from billing_site.kernel.money import Money
from invoices.models import Receipt
from invoices.services import invoicing
from ledger.queries.balances import balance
from payments.models import Payout, PayoutMethod
from payments.services import converting, payouts
from tests.given import EUR
from tests.given_payments import exchanged
from tests.given_world import (
    DAY,
    MORNING,
    agreed,
    books,
    first_of,
    live,
    name_bank,
    pay,
    studio,
)
from tests.records.sums import every_row

pytestmark = pytest.mark.django_db


def USD(units: str) -> Money:
    return Money(units, "USD")


def test_they_are_converted_once_and_arrive_at_the_second_bank() -> None:
    world = studio(paid_in="USD")
    ben = world.freelancer
    returning = name_bank(world.ben, at=MORNING, behavior="returns")
    milestone = first_of(agreed(world, "1000.00"))
    pay(milestone, by=world.ada, at=MORNING + DAY)
    live(MORNING, MORNING + 2 * DAY)
    invoice = invoicing.deliver(milestone.pk, message="Done.", by=world.ben, at=MORNING + 2 * DAY)
    invoicing.approve(invoice.pk, by=world.ada, at=MORNING + 2 * DAY)
    live(MORNING, MORNING + 8 * DAY)

    at = MORNING + 8 * DAY
    quote = converting.quote(
        organization=ben, method=returning, amount=EUR("900.00"), by=world.ben, at=at
    )
    first = converting.withdraw(quote.pk, by=world.ben, at=at)
    exchanged(EUR("891.00"), USD("969.00"), at=at)
    live(at, MORNING + 14 * DAY)

    assert Payout.objects.get().problem == "The bank account has been closed."
    available = f"freelancer:{ben.pk}:available"
    assert balance(available, "EUR") == EUR("0.00")
    assert balance(available, "USD") == USD("968.52")
    advice, note = Receipt.objects.filter(payout=first).order_by("pk")
    assert advice.frozen["lines"] == [  # type: ignore[index] # issued
        {"description": "Converted", "detail": "from €900.00", "amount": "968.52"}
    ]
    assert note.frozen["paid"] == "968.52"  # type: ignore[index] # issued

    sound: PayoutMethod = name_bank(world.ben, at=MORNING + 14 * DAY)
    second = payouts.request(
        organization=ben,
        method=sound,
        amount=USD("968.52"),
        by=world.ben,
        at=MORNING + 18 * DAY,
    )
    live(MORNING + 14 * DAY, MORNING + 24 * DAY)

    assert Payout.objects.get(pk=second.pk).state == "paid"
    assert [v.law.sentence for v in run_laws() if not v.holds] == []
    assert rows_of(ben, "EUR")[-1] == ("Converted", "-900.00", "9.00", "-891.00", "0.00")
    assert rows_of(ben, "USD") == [
        ("Converted", "968.52", "0.00", "968.52", "968.52"),
        ("Withdrawal", "-968.52", "0.99", "-967.53", "0.00"),
        ("Withdrawal came back", "968.52", "-0.99", "967.53", "968.52"),
        ("Withdrawal", "-968.52", "0.99", "-967.53", "0.00"),
    ]
    names = {"ben": ben, "ada": world.client, "part_1": invoice.escrow}
    journal = books(**names, first=first, second=second)
    assert journal[journal.index("2026-03-10") :] == BOOKS


def rows_of(organization: object, currency: str) -> list[tuple[str, ...]]:
    """Words, net, fee, gross and balance, the oldest first."""
    return [
        (row.words, *(str(sum_.amount) for sum_ in (row.net, row.fee, row.gross, row.balance)))
        for row in reversed(every_row(organization, currency=currency))  # type: ignore[arg-type]
    ]


# The margin is earned once: what came back was dollars, and went out again as such.
BOOKS = """\
2026-03-10  Converted
  freelancer:ben:available                    900.00 EUR
      fx:EUR                                                891.00 EUR
      income:fx_margin                                        9.00 EUR
  fx:USD                                      968.52 USD
      freelancer:ben:available                              968.52 USD

2026-03-10  Payout requested
  freelancer:ben:available                    968.52 USD
      payout:first                                          967.53 USD
      income:payout_fee                                       0.99 USD

2026-03-10  Exchanged by the platform
  fx:EUR                                      891.00 EUR
      provider:balance                                      891.00 EUR
  provider:balance                            969.00 USD
      fx:USD                                                969.00 USD

2026-03-10  Transferred to the payee
  provider:payee:ben                          967.53 USD
      provider:balance                                      967.53 USD

2026-03-12  Paid out
  payout:first                                967.53 USD
      provider:payee:ben                                    967.53 USD

2026-03-15  Payout came back
  provider:payee:ben                          967.53 USD
  income:payout_fee                             0.99 USD
      freelancer:ben:available                              968.52 USD

2026-03-20  Payout requested
  freelancer:ben:available                    968.52 USD
      payout:second                                         967.53 USD
      income:payout_fee                                       0.99 USD

2026-03-24  Paid out
  payout:second                               967.53 USD
      provider:payee:ben                                    967.53 USD"""
