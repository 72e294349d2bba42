"""`manage.py doctor` finds what the database could not refuse, and names the rows."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connections

from billing_site.kernel.invariants import laws
from invoices.services import invoicing
from payments.services import payouts
from tests.given import EUR
from tests.given_world import DAY, MORNING, agreed, first_of, live, name_bank, pay, studio

FIRST = "(SELECT min(id) FROM ledger_posting)"
LAST = "(SELECT max(id) FROM ledger_posting)"

MORE = "amount = amount + 1, gross = gross + 1"

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])


@pytest.fixture(autouse=True)
def _small_world() -> None:
    """One milestone is paid and half of it withdrawn, another is held, a third in the making."""
    world = studio()
    bank = name_bank(world.ben, at=MORNING - 7 * DAY)
    contract = agreed(world, "1000.00", "200.00", "50.00")
    first, second, _third = contract.milestones.order_by("position")
    pay(first, by=world.ada, at=MORNING)
    pay(second, by=world.ada, at=MORNING, outcome="debit")
    live(MORNING, MORNING + 9 * DAY)
    invoice = invoicing.deliver(
        first_of(contract).pk, message="Done.", by=world.ben, at=MORNING + 9 * DAY
    )
    invoicing.approve(invoice.pk, by=world.ada, at=MORNING + 10 * DAY)
    live(MORNING + 10 * DAY, MORNING + 16 * DAY)
    payouts.request(
        organization=world.freelancer,
        method=bank,
        amount=EUR("450.00"),
        by=world.ben,
        at=MORNING + 16 * DAY,
    )
    live(MORNING + 16 * DAY, MORNING + 20 * DAY)


def doctor() -> tuple[int, str]:
    """Return what the command exits with, and what it prints."""
    said, complained = StringIO(), StringIO()
    try:
        call_command("doctor", stdout=said, stderr=complained)
    except SystemExit as ended:
        return int(ended.code or 0), said.getvalue() + complained.getvalue()
    return 0, said.getvalue() + complained.getvalue()


def corrupt(statement: str) -> None:
    """Change a row as nobody but the owner of the database could, with the triggers off."""
    with connections["owner"].cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        try:
            cursor.execute(statement)
            assert cursor.rowcount == 1, "Exactly one row was to be corrupted."
        finally:
            cursor.execute("SET session_replication_role = origin")


def test_doctor_names_each_law_with_its_duration_and_exits_0() -> None:
    code, said = doctor()

    assert code == 0
    lines = said.splitlines()
    assert [line.split()[:1] for line in lines] == [["holds"]] * len(laws())
    assert [line.split()[3] for line in lines] == [law.name for law in laws()]
    assert all(float(line.split()[1]) >= 0 and line.split()[2] == "ms" for line in lines)


@pytest.mark.parametrize(
    ("statement", "law", "row"),
    [
        (
            f"UPDATE ledger_posting SET amount = amount + 1 WHERE id = {FIRST}",
            "ledger.entries_balance",
            "difference=1",
        ),
        (
            "UPDATE ledger_account SET balance = balance + 7 WHERE code LIKE '%:available'",
            "ledger.balances_are_sums",
            "balance=45007, postings=45000",
        ),
        (
            f"DELETE FROM ledger_posting WHERE id = {LAST}",
            "ledger.entries_are_complete",
            "announced=2, written=1",
        ),
        (
            f"UPDATE payments_lot SET {MORE}, made_available_at = NULL",
            "payments.lots_are_what_is_pending",
            "lots=90100, balance=0",
        ),
        (
            "UPDATE payments_escrow SET state = 'held', released = 0 WHERE state = 'released'",
            "payments.escrows_are_in_the_books",
            "state=held",
        ),
        (
            "UPDATE payments_payout SET state = 'sent' WHERE state = 'paid'",
            "payments.payouts_are_in_the_books",
            "state=sent",
        ),
    ],
)
def test_doctor_exits_1_with_the_rows_that_break_a_law(statement: str, law: str, row: str) -> None:
    corrupt(statement)

    code, said = doctor()

    assert code == 1
    lines = said.splitlines()
    broken = [place for place, line in enumerate(lines) if line.startswith("BROKEN")]
    names = {lines[place].split()[3]: lines[place + 1] for place in broken}
    assert row in names[law]
    assert f"{len(broken)} broken" in lines[-1]
    assert len(broken) < len(laws()), "Other laws still hold, and say so."
