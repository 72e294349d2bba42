"""Up to which sum a mediator rules alone is said by a command, and stands in the record."""

from __future__ import annotations

from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from billing_site.platform.models import AuditEvent
from disputes.models import Mandate
from disputes.services.caps import cap_of
from tests.given_disputes import mediator

pytestmark = pytest.mark.django_db


def mandate(*words: str) -> str:
    out = StringIO()
    call_command("mandate", *words, stdout=out)
    return out.getvalue()


def test_a_cap_is_given_and_given_anew() -> None:
    mia = mediator("mia")
    said = mandate(mia.email.upper(), "EUR:5000.00")
    mandate(mia.email, "EUR:2500.00")

    assert said == f"{mia.email} rules alone up to €5,000.00 at stake.\n"
    assert (cap_of(mia, "EUR"), cap_of(mia, "USD")) == (Decimal("2500.00"), Decimal("1000.00"))
    assert Mandate.objects.count() == 1
    facts = AuditEvent.objects.filter(deed="mandate.given").order_by("pk")
    assert [each.facts["cap"] for each in facts] == ["EUR 5000.00", "EUR 2500.00"]


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("nobody@example.org", "EUR:5000.00"), "Nobody signs in"),
        (("alice@example.org", "EUR:5000.00"), "hears no cases"),
        (("alice@example.org", "5000"), "write it as EUR:495.00"),
        (("alice@example.org", "EUR:50,00.1"), "argument cap"),
    ],
)
def test_nobody_else_has_one(alice: object, words: tuple[str, str], why: str) -> None:
    with pytest.raises(CommandError, match=why):
        mandate(*words)
    assert not Mandate.objects.exists()
