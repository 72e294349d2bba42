"""Letters from Stripe at its own two endpoints, and the list of those that did not come."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client

from billing_site.platform import queue
from payments.gateways.base import BadSignature, Kind, Scope
from payments.gateways.signatures import sign
from payments.gateways.stripe.connection import API_VERSION
from payments.gateways.stripe.gateway import StripeGateway
from payments.models import GatewayEvent
from tests.contract.examples import listed
from tests.payments.stripe import objects
from tests.payments.stripe.provider import Body, Provider, made
from tests.payments.stripe.requested import NOON

SECRETS = {Scope.PLATFORM: "whsec_platform", Scope.CONNECT: "whsec_connect"}


def body_of(**facts: Any) -> str:
    return json.dumps(objects.event(**facts))


def post(client: Client, body: str, scope: Scope, secret: str = "") -> int:
    header = sign(body, secret or SECRETS[scope])
    return client.post(
        f"/hooks/stripe/{scope}/",
        body,
        content_type="application/json",
        headers={"Stripe-Signature": header},
    ).status_code


@pytest.mark.django_db
class TestEndpoints:
    @pytest.mark.parametrize("scope", Scope)
    def test_each_takes_what_its_own_secret_signed(self, client: Client, scope: Scope) -> None:
        assert post(client, body_of(), scope) == 200
        assert GatewayEvent.objects.get().gateway == "stripe"

    @pytest.mark.parametrize("scope", Scope)
    def test_neither_takes_the_others(self, client: Client, scope: Scope) -> None:
        [other] = set(Scope) - {scope}

        assert post(client, body_of(), scope, SECRETS[other]) == 400
        assert not GatewayEvent.objects.exists()

    def test_nor_the_sandbox_s(self, client: Client) -> None:
        assert post(client, body_of(), Scope.PLATFORM, "whsec_sandbox_platform") == 400

    def test_the_older_secret_is_good_until_it_is_removed(
        self, client: Client, settings: Any
    ) -> None:
        settings.STRIPE_PLATFORM_SECRETS = ["whsec_new", "whsec_platform"]
        assert post(client, body_of(), Scope.PLATFORM) == 200

        settings.STRIPE_PLATFORM_SECRETS = ["whsec_new"]
        assert post(client, body_of(id="evt_2"), Scope.PLATFORM) == 400

    @pytest.mark.parametrize("secrets", [[], [""]])
    def test_without_a_secret_there_is_no_door(
        self, client: Client, settings: Any, secrets: list[str]
    ) -> None:
        settings.STRIPE_CONNECT_SECRETS = secrets

        assert post(client, body_of(), Scope.CONNECT) == 404

    def test_without_a_key_there_is_no_door(self, client: Client, settings: Any) -> None:
        settings.STRIPE_SECRET_KEY = ""

        assert post(client, body_of(), Scope.PLATFORM) == 404

    def test_a_live_letter_to_a_test_key_is_answered_and_not_kept(self, client: Client) -> None:
        assert post(client, body_of(livemode=True), Scope.CONNECT) == 200
        assert not GatewayEvent.objects.exists()

    def test_what_has_no_id_is_taken_too(self, client: Client) -> None:
        """A balance has none. To refuse it for days would close the endpoint."""
        body = body_of(type="balance.available", data={"object": made("balance")})

        assert post(client, body, Scope.PLATFORM) == 200
        assert GatewayEvent.objects.get().object_kind == "other"


class TestVerifying:
    def read(self, **facts: Any) -> Any:
        body = body_of(**facts)
        header = sign(body, SECRETS[Scope.CONNECT])
        return StripeGateway().verify_webhook(body.encode(), header, Scope.CONNECT)

    def test_a_letter_says_what_happened_to_which_object(self) -> None:
        event = self.read(account="acct_1", type="payout.paid", data={"object": objects.payout()})

        assert (event.kind, event.object_id, event.account) == (Kind.PAYOUT, "po_1", "acct_1")
        assert (event.type, event.created_at) == ("payout.paid", NOON)

    @pytest.mark.parametrize(
        "thing", ["application", "bank_account", "card", "capability", "person"]
    )
    def test_what_an_account_has_is_about_its_payee(self, thing: str) -> None:
        event = self.read(account="acct_1", data={"object": {"id": "x_1", "object": thing}})

        assert (event.kind, event.object_id) == (Kind.PAYEE, "acct_1")

    @pytest.mark.parametrize("seconds", [-302, 302])
    def test_from_another_time_it_is_not_believed(self, seconds: int) -> None:
        from stripe import WebhookSignature

        body, moment = body_of(), int(time.time()) + seconds
        header = WebhookSignature.generate_signature_header(body, "whsec_platform", moment)

        with pytest.raises(BadSignature):
            StripeGateway().verify_webhook(body.encode(), header, Scope.PLATFORM)

    @pytest.mark.scenario(55)
    def test_another_version_is_taken_with_an_alarm(self, caplog: pytest.LogCaptureFixture) -> None:
        event = self.read(api_version="2020-08-27")

        assert event.api_version == "2020-08-27"
        assert f"set it to {API_VERSION}" in caplog.text

    @pytest.mark.django_db
    @pytest.mark.scenario(55)
    def test_at_the_door_it_is_taken_kept_and_read(
        self, client: Client, caplog: pytest.LogCaptureFixture, settings: Any
    ) -> None:
        settings.GATEWAY_EVENT_TASK = "payments.tasks.handle_event"
        body = body_of(
            api_version="2020-08-27",
            type="balance.available",
            data={"object": made("balance")},
        )

        assert post(client, body, Scope.PLATFORM) == 200
        assert f"set it to {API_VERSION}" in caplog.text
        queue.drain()
        kept = GatewayEvent.objects.get()
        assert (kept.api_version, kept.outcome) == ("2020-08-27", "handled")

    def test_the_pinned_version_is_no_alarm(self, caplog: pytest.LogCaptureFixture) -> None:
        self.read()

        assert not caplog.text


class TestGaps:
    @pytest.mark.parametrize("whose", [None, "acct_1"])
    def test_those_of_one_account_are_listed_oldest_first(self, whose: str | None) -> None:
        provider = Provider({"GetEvents": listed(*(objects.event(id=f"evt_{n}") for n in (2, 1)))})

        found = list(provider.gateway.list_events(datetime(2026, 3, 1, tzinfo=UTC), whose))

        assert [each.event_id for each in found] == ["evt_1", "evt_2"]
        assert {each.account for each in found} == {whose or ""}
        assert (provider.last.account or None) == whose
        assert provider.last.params == {"created": {"gte": 1_772_323_200}, "limit": 100}

    def test_one_that_cannot_be_read_hides_no_other(self, caplog: pytest.LogCaptureFixture) -> None:
        names = ("evt_3", "evt\n2", "evt_1")
        provider = Provider({"GetEvents": listed(*(objects.event(id=each) for each in names))})

        found = list(provider.gateway.list_events(NOON))

        assert [each.event_id for each in found] == ["evt_1", "evt_3"]
        assert "An event of ours cannot be read" in caplog.text

    def test_every_page_of_a_list_is_read(self) -> None:
        class Paged(Provider):
            def _answer(self, operation: str, params: Body) -> tuple[int, Body]:
                after = params.get("starting_after")
                page = listed(objects.booked(id="txn_1" if after else "txn_2"))
                self.answers = {operation: {**page, "has_more": not after}}
                return super()._answer(operation, params)

        provider = Paged({})

        lines = list(provider.gateway.list_balance_transactions(NOON))

        assert [each.line_id for each in lines] == ["txn_2", "txn_1"]
        assert [each.params.get("starting_after") for each in provider.heard] == [None, "txn_2"]
