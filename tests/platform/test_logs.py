from __future__ import annotations

import logging

import pytest
import structlog

from billing_site.logs import SEALS


def test_a_traceback_names_no_values(caplog: pytest.LogCaptureFixture) -> None:
    iban = "AT61" + "1904300234573201"  # said nowhere in the code as a whole
    try:
        raise ValueError("The bank said no.")  # noqa: TRY301 - its frame has a value
    except ValueError:
        structlog.get_logger("somewhere").exception("payout_failed", payout="P1")

    assert "event='payout_failed' payout='P1'" in caplog.text
    assert "The bank said no." in caplog.text
    assert iban not in caplog.text


def test_seals_are_logged_and_requests_are_not() -> None:
    """LOG_LEVEL speaks for all but the seals, which nobody may switch off."""
    structlog.get_logger(SEALS)
    assert logging.getLogger(SEALS).isEnabledFor(logging.INFO)
    assert not logging.getLogger("django_structlog.middlewares.request").isEnabledFor(logging.INFO)
