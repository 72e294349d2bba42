"""The walk through certificates, tax years, projects, payments and withdrawals finds a lie."""

from __future__ import annotations

import pytest

from billing_site.people.models import User
from invoices.services import crediting, expenses, invoicing
from payments.services import earnings
from tests import given, given_projects
from tests.given import EUR, NOON, days
from tests.records.test_walking import walked
from tests.records.walking_on import wrong_elsewhere


def found(user: User, told: str = "", instead: str = "", on: str = "/") -> str:
    """What the walk complains of when pages below *on* tell something else *instead*."""
    lie = (told.encode(), instead.encode())
    return " ".join(walked(user, lie=lie, on=on, walk=wrong_elsewhere))


@pytest.fixture
def business(alice: User, bob: User) -> None:
    """A milestone of a project, expenses in it, a credit note, and a withdrawal."""
    then, project = NOON - days(10), given_projects.project(alice)
    paid = given.paid_invoice(client=alice, freelancer=bob, price=EUR("400.00"), at=then)
    given_projects.assigned(paid.contract, project, by=alice)
    spent = given.expense(paid.contract, by=bob, gross=EUR("119.00"), tax_bps=1_900)
    asked = expenses.invoice(paid.contract_id, [spent.ref], by=bob, at=NOON)
    asked = invoicing.submit(asked.pk, message="Tickets.", by=bob, at=NOON)
    invoicing.approve(asked.pk, by=alice, at=NOON)
    line = paid.lines.get()
    crediting.credit(paid.pk, amounts={line.pk: EUR("10.00")}, reason="Less", by=bob, at=NOON)
    earnings.make_available(at=NOON)
    given.withdrawn(bob, EUR("100.00"))


@pytest.mark.usefixtures("business")
def test_a_walk_finds_what_does_not_add_up_elsewhere(alice: User, bob: User) -> None:
    assert found(alice) == found(bob) == ""

    # 400, and 100 without VAT, less 10
    assert " says billed " in found(alice, "€490.00", "€490.01")
    assert "the books €424.00" in found(alice, "424.00", "424.01")
    assert "a certificate in EUR" in found(alice, "400.00", "400.01", on="/records/certificates/")
    assert "the tax year in EUR" in found(bob, "519.00", "519.01")
    assert "the taxes in EUR" in found(bob, "40.00", "40.01", on="/records/tax/")
    assert "the books €99.01" in found(bob, "€99.01", "€99.02")
