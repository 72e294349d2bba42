"""The page of a bonus, and a bonus that is asked for."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.test import Client

from billing_site.kernel.transitions import NotYours
from billing_site.people.models import User
from billing_site.workflows import gateway_events
from invoices.models import Contract, Invoice
from invoices.services import bonuses, invoicing, silence
from payments.gateways.base import Status
from payments.models import Charge, GatewayEvent, OpenItem
from tests import given
from tests.given import EUR, NOON, days

HUNDRED = EUR("100.00")


@pytest.fixture
def alice(db: None) -> User:
    return given.person("alice", country="US", city="Boston", postal_code="02101")


@pytest.fixture
def contract(alice: User, bob: User) -> Contract:
    return given.active_contract(client=alice, freelancer=bob)


@pytest.mark.django_db
class TestAsking:
    def test_it_waits_for_the_client_and_silence_sends_it_back(
        self, contract: Contract, bob: User
    ) -> None:
        bonus = bonuses.ask(contract.pk, HUNDRED, words="As we said.", by=bob, at=NOON)
        assert (bonus.state, bonus.silence_approves) == ("submitted", False)

        silence.approve_unanswered(at=NOON + days(15))
        silence.return_unanswered(at=NOON + days(15))

        assert Invoice.objects.get().state == "returned"
        assert not OpenItem.objects.exists()

    def test_the_client_approves_and_owes_it(
        self, contract: Contract, alice: User, bob: User
    ) -> None:
        bonus = bonuses.ask(contract.pk, HUNDRED, words="As we said.", by=bob, at=NOON)

        invoicing.approve(bonus.pk, by=alice, at=NOON + days(1))

        assert OpenItem.objects.get().owed == EUR("105.00")

    def test_the_client_does_not_ask_itself(self, contract: Contract, alice: User) -> None:
        with pytest.raises(NotYours):
            bonuses.ask(contract.pk, HUNDRED, words="As we said.", by=alice, at=NOON)


@pytest.mark.django_db
class TestPage:
    def test_the_whole_cost_stands_there_before_anything_is_given(
        self, contract: Contract, alice: User, client: Client
    ) -> None:
        client.force_login(alice)
        url = f"/contracts/{contract.ref}/bonus/"
        page = client.get(url, {"amount": "100"})
        shown = page.content.decode()

        assert "Give it and pay €105.00" in shown
        assert "€90.00" in shown
        assert not Invoice.objects.exists()

        form = page.context["form"]
        sent = {name: form[name].value() for name in ("op_id", *form.seen)}
        form_sent = {**sent, "amount": "100.00", "words": "Well done."}
        answers = [client.post(url, form_sent) for _ in "ab"]  # pressing twice does it once

        assert [answer.status_code for answer in answers] == [302, 302]
        charge = Charge.objects.get()
        assert charge.amount == EUR("105.00")
        on_its_way = given.paid(charge, at=NOON, status=Status.PROCESSING)
        gateway_events.follow(GatewayEvent(), on_its_way, at=NOON)
        assert client.post(url, form_sent).headers["Location"] == charge.get_absolute_url()
        assert Charge.objects.count() == Invoice.objects.count() == 1

    def test_another_sum_than_was_seen_is_refused(
        self, contract: Contract, alice: User, client: Client
    ) -> None:
        client.force_login(alice)
        url = f"/contracts/{contract.ref}/bonus/"
        form = client.get(url, {"amount": "100"}).context["form"]
        sent = {name: form[name].value() for name in ("op_id", *form.seen)}

        answer = client.post(url, {**sent, "amount": "900.00", "words": "Well done."})

        assert answer.status_code == 422
        assert not Invoice.objects.exists()

    @pytest.mark.parametrize(
        "amount",
        ["-5", "0", "1e3", "NaN", "∞", "１０", "1,000", "0.001", "10" * 30, "4.99"],
    )
    def test_what_is_no_sum_is_refused_beside_its_field(
        self, contract: Contract, alice: User, client: Client, amount: str
    ) -> None:
        client.force_login(alice)
        url = f"/contracts/{contract.ref}/bonus/"

        for answer in (
            client.get(url, {"amount": amount}),
            client.post(url, {"amount": amount, "words": "x", "op_id": str(uuid4())}),
        ):
            assert answer.status_code in {200, 422}
        assert not Invoice.objects.exists()

    def test_the_freelancer_asks_here(self, contract: Contract, bob: User, client: Client) -> None:
        client.force_login(bob)
        url = f"/contracts/{contract.ref}/bonus/"
        form = client.get(url, {"amount": "100"}).context["form"]
        sent = {name: form[name].value() for name in ("op_id", *form.seen)}

        client.post(url, {**sent, "amount": "100.00", "words": "As we said."})

        assert Invoice.objects.get().submitted_by == bob

    def test_a_stranger_finds_nothing(
        self, contract: Contract, charlie: User, client: Client
    ) -> None:
        client.force_login(charlie)
        assert client.get(f"/contracts/{contract.ref}/bonus/").status_code == 404
