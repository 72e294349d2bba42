"""The cache holds limits and used codes: it forgets what is over, and nothing else."""

from __future__ import annotations

import pytest
from django.core.cache import cache
from django.db import connection

from billing_site.platform import shared_cache
from tests.platform.tasks import NOON
from tests.test_production import check

pytestmark = pytest.mark.django_db


def test_nothing_that_is_valid_makes_room_for_more() -> None:
    assert cache.add("a-used-code", "used", timeout=600)
    row = "SELECT cache_key || n, value, expires FROM platform_cache, generate_series(1, 400) AS n"
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO platform_cache {row}")

    cache.set("z", "one more", timeout=600)

    assert not cache.add("a-used-code", "used", timeout=600)


def test_what_is_over_goes_by_the_wall_s_clock_and_the_rest_stays() -> None:
    cache.set("over", "x", timeout=-60)
    cache.set("valid", "x", timeout=600)

    assert shared_cache.forget_expired(at=NOON) == 1

    assert cache.get("valid") == "x"


def test_a_cache_that_forgets_early_is_refused_in_production() -> None:
    outcome = check("settings.CACHES['default']['OPTIONS'] = {}")

    assert "countersign.E025" in outcome.stderr, outcome.stderr
