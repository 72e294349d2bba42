from __future__ import annotations

from typing import Any

import pytest


@pytest.fixture(autouse=True)
def _test_keys(settings: Any) -> None:
    settings.STRIPE_SECRET_KEY = "sk_test_contract"
    settings.STRIPE_PLATFORM_SECRETS = ["whsec_platform"]
    settings.STRIPE_CONNECT_SECRETS = ["whsec_connect"]
