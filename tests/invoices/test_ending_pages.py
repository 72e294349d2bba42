"""The pages on which a contract ends and held money is asked back and decided about."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from billing_site.people.models import User
from invoices.models import Contract, Milestone, RefundRequest
from tests import given
from tests.given import EUR, days
from tests.invoices.books import pending
from tests.signing_in import session_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def asked(alice: User, bob: User) -> RefundRequest:
    from billing_site.platform import clock

    return given.refund_request(client=alice, freelancer=bob, at=clock.now() - days(1))


def consent(page: object) -> dict[str, str]:
    """What a browser sends of the page's form: what is hidden in it."""
    form = page.context["form"]  # type: ignore[attr-defined]
    return {field.name: field.value() or "" for field in form.hidden_fields()}


def test_ending_asks_for_a_figure_shows_the_cost_and_then_does_it(
    milestone: Milestone, alice: User
) -> None:
    client, name = session_of(alice), f"keeps_{milestone.ref}"
    url = reverse("contract-end", args=[milestone.contract.ref])

    first = client.get(url).content.decode()
    assert "Bob &amp; Co keeps of “Logo, final files”, EUR" in first
    assert "End the contract</button>" not in " ".join(first.split())

    page = client.get(url, {name: "400"})
    shown = page.content.decode()
    for figure in ("1,000.00", "400.00", "30.00", "6.00", "636.00", "360.00"):
        assert figure in shown, figure
    assert Contract.objects.get().state == "active"

    answer = client.post(url, consent(page) | {"reason": "The project is over."})
    assert answer.status_code == 302
    request = RefundRequest.objects.get()
    assert (request.offered, request.amount) == (EUR("400.00"), EUR("600.00"))
    assert Contract.objects.get().state == "ending"


@pytest.mark.parametrize(
    ("figure", "said"),
    [
        ("1000.01", "is the whole price"),
        ("-1", "Write the sum without a minus"),
        ("1,000", "could mean two sums"),
        ("", "This field is required"),
    ],
)
def test_a_bad_figure_is_said_beside_its_field(
    figure: str, said: str, milestone: Milestone, alice: User
) -> None:
    client, name = session_of(alice), f"keeps_{milestone.ref}"
    url = reverse("contract-end", args=[milestone.contract.ref])

    assert said in client.get(url, {name: figure}).content.decode()
    page = client.get(url, {name: "400"})
    refused = client.post(url, consent(page) | {name: figure})
    assert refused.status_code == 422
    assert Contract.objects.get().state == "active"
    assert not RefundRequest.objects.exists()


def test_figures_that_were_not_seen_are_not_agreed_to(milestone: Milestone, alice: User) -> None:
    client, name = session_of(alice), f"keeps_{milestone.ref}"
    url = reverse("contract-end", args=[milestone.contract.ref])
    page = client.get(url, {name: "400"})

    refused = client.post(url, consent(page) | {name: "300"})
    assert refused.status_code == 422
    assert "Something changed" in refused.content.decode()
    assert Contract.objects.get().state == "active"


def test_the_freelancer_agrees_on_the_page_of_the_request(asked: RefundRequest, bob: User) -> None:
    client = session_of(bob)
    page = client.get(asked.get_absolute_url())
    shown = " ".join(page.content.decode().split())
    assert "Without an answer it counts as granted: your part is paid" in shown
    assert "360.00" in shown

    answer = client.post(reverse("refund-request-consent", args=[asked.ref]), consent(page))
    assert answer.status_code == 302
    assert RefundRequest.objects.get().state == "granted"
    assert pending(bob) == EUR("360.00")
    after = client.get(asked.get_absolute_url()).content.decode()
    assert "Where the money went" in after


def test_refusing_wants_a_reason_and_says_what_comes(asked: RefundRequest, bob: User) -> None:
    client = session_of(bob)
    url = reverse("refund-request-refusal", args=[asked.ref])
    page = client.get(url)
    assert "or open a dispute" in " ".join(page.content.decode().split())

    assert client.post(url, consent(page)).status_code == 422
    assert RefundRequest.objects.get().state == "asked"
    assert client.post(url, consent(page) | {"reason": "Nearly done."}).status_code == 302
    assert RefundRequest.objects.get().state == "refused"


def test_the_client_offers_more_or_pays_in_full(
    asked: RefundRequest, alice: User, bob: User
) -> None:
    client, milestone = session_of(alice), Milestone.objects.get()
    page = client.get(asked.get_absolute_url()).content.decode()
    assert "Offer another figure" in page

    url = reverse("refund-request-new", args=[milestone.ref])
    page = client.get(url, {f"keeps_{milestone.ref}": "0"})  # type: ignore[assignment]
    assert "1,060.00" in page.content.decode()  # type: ignore[attr-defined]
    assert client.post(url, consent(page) | {"reason": ""}).status_code == 422  # back to where?
    sent = consent(page) | {"back": "sent", "reason": ""}
    assert client.post(url, sent).status_code == 302
    states = RefundRequest.objects.order_by("pk").values_list("state", flat=True)
    assert list(states) == ["withdrawn", "asked"]

    url = reverse("milestone-payment", args=[milestone.ref])
    page = client.get(url)  # type: ignore[assignment]
    assert client.post(url, consent(page)).status_code == 422  # the box is not ticked
    assert client.post(url, consent(page) | {"accepts": "on"}).status_code == 302
    assert pending(bob) == EUR("900.00")
    assert Contract.objects.get().state == "ended"


@pytest.mark.parametrize(
    "name", ["refund-request", "refund-request-refusal", "refund-request-new", "milestone-payment"]
)
def test_the_pages_are_the_two_sides_alone(
    name: str, asked: RefundRequest, alice: User, bob: User, charlie: User
) -> None:
    about = asked if name.startswith("refund-request") and "new" not in name else asked.milestone
    url = reverse(name, args=[about.ref])  # type: ignore[union-attr]

    assert session_of(alice).get(url).status_code == 200
    assert session_of(bob).get(url).status_code == 200
    assert session_of(charlie).get(url).status_code == 404
    assert Client().get(url).status_code == 302


def test_the_contract_says_what_waits_for_whom(
    asked: RefundRequest, alice: User, bob: User
) -> None:
    for user, words in [(alice, "See the request"), (bob, "Answer")]:
        page = session_of(user).get(asked.contract.get_absolute_url()).content.decode()
        assert "asked back" in page
        assert words in page
        assert "Answer about held money" in page


def test_nobody_decides_for_the_other_side(
    asked: RefundRequest, milestone: Milestone, alice: User, bob: User
) -> None:
    consent_url = reverse("refund-request-consent", args=[asked.ref])
    page = session_of(bob).get(asked.get_absolute_url())
    assert session_of(alice).post(consent_url, consent(page)).status_code == 422
    assert RefundRequest.objects.get().state == "asked"
