"""The forgeries of scenario 43 at every door that events come in by."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django_q.models import OrmQ

from payments.gateways.base import Scope
from payments.models import GatewayEvent
from tests.payments.test_webhook import BODY, CONNECT, FORGED, PLATFORM, post, signature

pytestmark = [pytest.mark.django_db, pytest.mark.scenario(43)]


@pytest.mark.parametrize("scope", Scope)
@pytest.mark.parametrize("gateway", ["sandbox", "stripe"])
def test_no_door_takes_a_forged_letter(
    client: Client, settings: Any, gateway: str, scope: Scope
) -> None:
    """Each is signed for the door that it comes to, but for what is wrong with it."""
    [other] = set(Scope) - {scope}
    secrets = {scope: [PLATFORM], other: [CONNECT]}
    settings.STRIPE_PLATFORM_SECRETS = secrets[Scope.PLATFORM]
    settings.STRIPE_CONNECT_SECRETS = secrets[Scope.CONNECT]
    settings.SANDBOX_WEBHOOK_SECRETS = secrets
    door = f"/hooks/{gateway}/{scope}/"

    answers = {how: post(client, *forged(), url=door).status_code for how, forged in FORGED.items()}

    assert set(answers.values()) == {400}, answers
    assert not GatewayEvent.objects.exists()
    assert not OrmQ.objects.exists()
    assert post(client, BODY, signature(BODY), url=door).status_code == 200, "Only they are taken."
