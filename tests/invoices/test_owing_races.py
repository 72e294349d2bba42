"""Payments of one invoice that arrive at once, and an invoice that many write at once."""

from __future__ import annotations

from collections import Counter
from functools import partial

import pytest

from billing_site.people.models import User
from invoices.models import FeeInvoice, Invoice
from invoices.services import invoicing, owing, writing
from ledger.models import Entry
from ledger.queries.balances import balance
from payments.models import Lot
from tests import given, given_lines
from tests.given import EUR, NOON, days
from tests.given_lines import line, simple
from tests.invoices._race import race
from tests.invoices.books import assert_every_law_holds

THREADS = 16
LATER = NOON + days(2)
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def alice() -> User:
    return given.person("alice", country="AT")


@pytest.fixture
def bob() -> User:
    return given.person("bob", kind="freelancer", country="NO")


def test_two_payments_that_arrive_eight_times_at_once_pay_once(alice: User, bob: User) -> None:
    invoice = given.owed_invoice(client=alice, freelancer=bob)
    invoicing.approve(invoice.pk, by=alice, at=NOON)
    charges = [owing.pay(invoice.pk, by=alice, at=LATER) for _ in range(2)]

    news = [partial(given.pay, charge, at=LATER) for charge in charges]
    assert race(news * (THREADS // 2)) == ["done"] * THREADS

    assert Invoice.objects.get().state == Invoice.State.PAID
    assert Lot.objects.get().amount == EUR("900.00")
    assert FeeInvoice.objects.count() == 2
    assert balance(f"client:{given.organization(alice).pk}:credit", "EUR") == EUR("1060.00")
    kinds = Counter(Entry.objects.values_list("kind", flat=True))
    assert kinds["pay_invoice"] == 1
    given.jobs_done(at=LATER)
    assert_every_law_holds()


def test_sixteen_who_write_it_at_once_leave_one_of_their_invoices(alice: User, bob: User) -> None:
    invoice = given_lines.written_invoice(client=alice, freelancer=bob)
    written = [
        simple(title=f"{n} days", lines=[line(price=EUR(f"{n}.00")) for _ in range(n)])
        for n in range(1, THREADS + 1)
    ]

    race([partial(writing.rewrite, invoice.pk, each, by=bob, at=NOON) for each in written])

    left = Invoice.objects.get()
    many = left.lines.count()
    assert left.title == f"{many} days"
    assert left.net == EUR(f"{many * many}.00")
    assert_every_law_holds()


def test_what_is_sent_while_it_is_written_is_what_the_client_reads(alice: User, bob: User) -> None:
    invoice = given_lines.written_invoice(simple(), client=alice, freelancer=bob)
    other = simple(title="Two days", lines=[line("2")])
    send = partial(invoicing.submit, invoice.pk, message="As we agreed.", by=bob, at=NOON)
    write = partial(writing.rewrite, invoice.pk, other, by=bob, at=NOON)

    outcomes = race([send, write] * (THREADS // 2))

    assert outcomes.count("WrongState") >= THREADS // 2 - 1
    sent = Invoice.objects.get()
    assert sent.state == Invoice.State.SUBMITTED
    assert sent.net == sum((each.amount for each in sent.lines.all()), EUR("0.00"))
    assert_every_law_holds()
