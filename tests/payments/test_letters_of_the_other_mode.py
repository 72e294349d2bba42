"""An event of the other mode is answered, and somebody can find out that it came."""

from __future__ import annotations

import logging

import pytest
from django.test import Client

from payments.gateways.signatures import sign
from tests.payments.test_webhook import PLATFORM, body_of, post


@pytest.mark.django_db
def test_a_letter_of_the_other_mode_stands_in_the_log(
    client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    body = body_of(livemode=True)

    with caplog.at_level(logging.WARNING, logger="payments.views.hooks"):
        assert post(client, body, sign(body, PLATFORM)).status_code == 200

    assert "A live event, evt_1, came to a test endpoint" in caplog.text
