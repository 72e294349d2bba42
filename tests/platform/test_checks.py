from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as ours

from billing_site.platform import checks

ALL = [
    checks.the_queue_waits_long_enough,
    checks.the_queue_is_beside_the_data,
    checks.workers_do_not_share_connections,
    checks.files_are_not_public,
]


@pytest.mark.parametrize("check", ALL)
def test_our_settings_pass(check: Any) -> None:
    assert check() == []


@pytest.mark.parametrize(("retry", "passes"), [(210, True), (209, False)])
def test_the_queue_counts_what_it_prefetches(settings: Any, retry: int, passes: bool) -> None:
    settings.Q_CLUSTER = {**ours.Q_CLUSTER, "retry": retry}

    assert (checks.the_queue_waits_long_enough() == []) is passes


def test_a_queue_elsewhere_is_refused(settings: Any) -> None:
    settings.Q_CLUSTER = {**ours.Q_CLUSTER, "orm": "owner"}

    assert [error.id for error in checks.the_queue_is_beside_the_data()] == ["platform.E002"]


def test_files_below_the_web_s_root_are_refused(settings: Any) -> None:
    settings.PRIVATE_FILES = Path(settings.STATIC_ROOT) / "files"

    assert [error.id for error in checks.files_are_not_public()] == ["platform.E004"]
