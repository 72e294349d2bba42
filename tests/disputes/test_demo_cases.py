"""The museum of the demo world, played alone: a case in each state, and every law holds."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from django.test import override_settings
from django.utils import timezone

from billing_site.kernel.invariants import run_laws
from billing_site.platform import clock
from billing_site.workflows.demo_world import stage
from billing_site.workflows.demo_world.roster import Roster, take_seats
from billing_site.workflows.demo_world.trades import engagements
from disputes.models import Dispute

MUSEUM = tuple(told for told in engagements() if told.title.startswith("Texts for the town"))
QUICK = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.mark.release  # tests/test_demo_world.py looks at the whole year
@pytest.mark.django_db
def test_a_case_stands_in_every_state(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def idle(*, at: datetime) -> Roster:
        roster = take_seats(at=at)
        firms = {key: replace(firm, steps=()) for key, firm in roster.firms.items()}
        return replace(roster, firms=firms)

    monkeypatch.setattr(stage, "engagements", lambda: MUSEUM)
    monkeypatch.setattr(stage, "take_seats", idle)
    for others in ("moments_of_questions", "moments_of_plans", "strays.moments_of_strays"):
        monkeypatch.setattr(f"{stage.__name__}.{others}", lambda *_, **__: ())
    now = timezone.now()
    quick = override_settings(PRIVATE_FILES=tmp_path, PASSWORD_HASHERS=QUICK)
    with quick, clock.pinned(now):
        stage.play(seed=1)

    states = set(Dispute.objects.values_list("state", flat=True))
    assert set(Dispute.State.values) - states == set()
    assert {v.law.name: v.offenders for v in run_laws() if not v.holds} == {}
