"""Nobody is overtaken: by a choice in the last minute, by an old offer, or by our own silence."""

from __future__ import annotations

from datetime import timedelta

import pytest

from billing_site.platform.models import Letter
from disputes.services import arbitration, deadlines
from payments.models import Escrow
from tests.disputes.test_arbitration import REFUSED, unresolved
from tests.given import EUR, days
from tests.invoices.books import assert_every_law_holds

pytestmark = pytest.mark.django_db
LAST_MINUTE = REFUSED + days(7) - timedelta(minutes=1)


def test_a_choice_in_the_last_minute_leaves_the_other_side_three_business_days() -> None:
    case = unresolved()
    assert len(deadlines.warn(at=REFUSED + days(6))) == 1
    ahead = Letter.objects.filter(key__contains="/warning/unresolved").first()
    assert ahead
    assert "unless one side alone chooses arbitration" in " ".join(ahead.text.split())

    arbitration.choose(case.dispute.pk, by=case.bob, at=LAST_MINUTE)

    until = LAST_MINUTE + days(5)  # a Thursday: over the weekend to Tuesday
    assert (case.now().act_by, case.now().warned_at) == (until, None)
    assert deadlines.follow(at=REFUSED + days(8)) == []
    assert len(deadlines.warn(at=until - days(1))) == 1, "Of the new date they are warned anew."
    assert Letter.objects.filter(key__contains="/warning/arbitration_pending").count() == 2
    arbitration.choose(case.dispute.pk, by=case.alice, at=until - timedelta(minutes=1))
    assert case.now().state == "in_arbitration"
    assert Escrow.objects.get().released == EUR("0.00")
    assert_every_law_holds()


def test_an_early_choice_does_not_shorten_the_week() -> None:
    case = unresolved()
    arbitration.choose(case.dispute.pk, by=case.bob, at=REFUSED)
    assert case.now().act_by == REFUSED + days(7)
