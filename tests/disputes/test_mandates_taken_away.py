"""A cap may be nothing, is taken away by the command, and is read at the desk."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.core.management import CommandError
from django.urls import reverse

from billing_site.kernel.transitions import SYSTEM
from billing_site.people.services import staffing
from billing_site.platform.models import AuditEvent
from disputes.models import Mandate
from disputes.services.caps import cap_of, takes_two
from tests.disputes.heard import heard
from tests.disputes.test_mandates import mandate
from tests.given import EUR, NOON
from tests.given_disputes import mediator
from tests.signing_in import session_of, with_second_factor

pytestmark = pytest.mark.django_db


def test_who_left_has_the_default_when_they_come_back() -> None:
    mia = mediator("mia")
    mandate(mia.email, "EUR:5000.00")
    staffing.appoint(mia.pk, roles=[], by=SYSTEM("she left"), at=NOON)

    said = mandate(mia.email, "--default")

    assert said == f"{mia.email} has no cap of their own any more.\n"
    assert (Mandate.objects.count(), cap_of(mia, "EUR")) == (0, Decimal("1000.00"))
    assert AuditEvent.objects.get(deed="mandate.taken").facts["caps"] == ["€5,000.00"]
    with pytest.raises(CommandError, match="no cap of their own"):
        mandate(mia.email, "--default")
    for words in ((mia.email,), (mia.email, "EUR:1", "--default")):
        with pytest.raises(CommandError, match="or say --default"):
            mandate(*words)


def test_who_never_rules_alone_stands_at_the_desk() -> None:
    case = heard(price=EUR("10.00"), figure="0.00")
    assert not takes_two(case.now(), case.mia)

    said = mandate(case.mia.email, "EUR:0")

    assert said == f"{case.mia.email} never rules alone.\n"
    assert takes_two(case.now(), case.mia)
    with_second_factor(case.mia)
    page = session_of(case.mia).get(reverse("admin:disputes_mandate_changelist"))
    assert "never alone" in page.content.decode()
