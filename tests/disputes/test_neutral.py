"""Nobody hears, proposes, decides or confirms in a case of a side that they belong to."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import uuid4

import pytest
from django.contrib import admin
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

from billing_site.kernel.transitions import NotYours
from billing_site.people.models import User
from billing_site.platform import clock
from disputes.models import Decision, Mandate, Side
from disputes.queries.settlement_preview import settlement_preview
from disputes.services import (
    answering,
    arbitration,
    awarding,
    deadlines,
    deciding,
    hearing,
    negotiating,
)
from disputes.services.opening import open_dispute
from invoices.services.invoicing import Upload
from tests import given
from tests.disputes.heard import heard, proposed
from tests.disputes.test_arbitration import REFUSED, in_arbitration
from tests.factories.people import LONG_AGO, MembershipFactory
from tests.given import EUR, NOON, days
from tests.given_disputes import WHY, Case, claim, mediator, opened, supervisor
from tests.signing_in import session_of, with_second_factor

pytestmark = pytest.mark.django_db
AT = NOON + days(2)
PAPER = Upload("award.txt", b"So awarded.", "text/plain")


def joins(user: User, side: User, **facts: object) -> None:
    MembershipFactory.create(organization=given.organization(side), user=user, **facts)


def ruling(case: Case, figure: str, by: User) -> dict[str, Any]:
    seen = settlement_preview(case.now(), EUR(figure), at=AT).hash
    return {"figure": EUR(figure), "reasons": WHY, "plan_hash": seen, "by": by, "at": AT}


@pytest.mark.parametrize("side", ["alice", "bob"])
@pytest.mark.parametrize("ended", [None, LONG_AGO + days(1)], ids=["is one", "was one"])
def test_who_comes_to_belong_to_a_side_does_nothing_more(side: str, ended: object) -> None:
    """They took the case when they were neutral; the sides can still end it themselves."""
    case = heard(price=EUR("200.00"), figure="50.00")
    pk = case.dispute.pk
    joins(case.mia, getattr(case, side), role="viewer", ended_at=ended)
    deeds: list[Callable[[], object]] = [
        partial(hearing.propose, pk, **ruling(case, "100.00", case.mia)),
        partial(deciding.decide, pk, **ruling(case, "100.00", case.mia)),
        partial(hearing.ask, pk, side=Side.CLIENT, text="Which?", by=case.mia, at=AT),
        partial(hearing.hand_over, pk, to=case.max, reason=WHY, by=case.mia, at=AT),
    ]
    for deed in deeds:
        with pytest.raises(NotYours, match="belongs or belonged"):
            deed()

    hearing.hand_over(pk, to=case.max, reason=WHY, by=supervisor("sue"), at=AT)
    deciding.decide(pk, **ruling(case, "100.00", case.max))
    assert case.now().state == "decided"


def test_a_case_of_a_mediator_who_joined_a_side_still_ends() -> None:
    """By an offer, and by silence: no row of theirs stands in the way."""
    case = proposed()
    joins(case.mia, case.bob)
    answering.answer_proposal(case.dispute.pk, accepts=True, by=case.bob, at=NOON + days(3))
    until = case.now().act_by
    assert until
    deadlines.follow(at=until)
    assert case.now().state == "settled"

    other = given.submitted_invoice(client=case.alice, freelancer=case.bob)
    assert other.escrow_id
    nina = mediator("nina")
    dispute = open_dispute(other.escrow_id, claim(EUR("100.00")), by=case.alice, at=NOON)
    second = Case(dispute, case.alice, case.bob, nina, case.max)
    hearing.escalate(second.dispute.pk, by=case.bob, at=NOON)
    hearing.take_on(second.dispute.pk, by=nina, at=NOON)
    joins(nina, case.alice)
    offer = second.dispute.offers.get()
    negotiating.accept(offer.pk, by=case.bob, at=NOON + days(1))
    assert second.now().state == "settled"


def test_an_arbiter_who_joined_a_side_neither_awards_nor_stops() -> None:
    case = in_arbitration()
    pk, at = case.dispute.pk, REFUSED + days(2)
    hearing.take_on(pk, by=case.max, at=at)
    joins(case.max, case.alice)
    with pytest.raises(NotYours, match="belongs or belonged"):
        awarding.upload(pk, PAPER, by=case.max, at=at)
    with pytest.raises(NotYours, match="belongs or belonged"):
        arbitration.discontinue(pk, reason=WHY, by=case.max, at=at)
    assert case.now().state == "in_arbitration"


@pytest.mark.parametrize("who", ["mia", "max"])
def test_neither_of_the_two_who_confirm_belongs_to_a_side(who: str) -> None:
    case = heard(price=EUR("200.00"), figure="50.00")
    Mandate.objects.create(mediator=case.mia, currency="EUR", cap=EUR("1.00"))
    waiting = deciding.decide(case.dispute.pk, **ruling(case, "100.00", case.mia))
    joins(getattr(case, who), case.bob)
    with pytest.raises(NotYours, match="belongs or belonged"):
        deciding.confirm(waiting.pk, by=case.max, at=AT)
    assert Decision.objects.get().in_force_at is None


RULINGS = {
    "mediates": "UPDATE disputes_dispute SET mediator_id = {user}",
    "proposes": "INSERT INTO disputes_proposal (dispute_id, currency, figure, reasons, plan_hash,"
    " by_id, at, answer_by, client_answer, client_words, freelancer_answer, freelancer_words)"
    " SELECT id, currency, 1, 'So', '', {user}, opened_at, act_by, '', '', '', ''"
    " FROM disputes_dispute",
    "decides": "INSERT INTO disputes_decision (ref, dispute_id, stage, basis, currency, figure,"
    " reasons, plan_hash, costs_on, by_id, at) SELECT 'X', id, 'first', 'small', currency, 1, 'So',"
    " '', '', {user}, opened_at FROM disputes_dispute",
}


def test_the_database_refuses_them_as_well() -> None:
    case = opened()
    mia, nina = case.mia.pk, mediator("nina")
    joins(nina, case.bob)
    for name, statement in RULINGS.items():
        with transaction.atomic(), connection.cursor() as cursor:  # a neutral one may
            cursor.execute(statement.format(user=mia))
            transaction.set_rollback(True)
        with pytest.raises(DatabaseError, match="Nobody"), transaction.atomic():
            connection.cursor().execute(statement.format(user=nina.pk))
            pytest.fail(f"A member of a side {name}.")


NOUNS = {  # every deed of the desk, with what it wants to be told
    "taking": {},
    "handing-over": {"reason": WHY},
    "question": {"side": "client", "text": "Which files?"},
    "settlement": {"figure": "100", "reasons": WHY},
    "award": {},
    "discontinuance": {"reason": WHY},
    "confirmation": {},
    "refusal": {"reason": WHY},
}


def test_by_the_desk_they_do_nothing_whatever_they_post() -> None:
    """A mediator who joined a side, one of nobody's business, and staff who mediates nothing."""
    case = opened(at=clock.now() - timedelta(hours=1))
    hearing.escalate(case.dispute.pk, by=case.bob, at=clock.now())
    hearing.take_on(case.dispute.pk, by=case.mia, at=clock.now())
    joins(case.mia, case.bob)
    clerk = mediator("clerk")
    clerk.user_permissions.clear()
    for user in (case.mia, case.max, clerk):
        with_second_factor(user)
        browser = session_of(User.objects.get(pk=user.pk))
        for noun, told in NOUNS.items():
            url = reverse(f"admin:disputes_dispute_{noun}", args=[case.dispute.ref])
            sent = {"op_id": str(uuid4()), "to": str(user.pk), **told}
            assert browser.post(url, sent).status_code in (302, 404, 422), (user, noun)
    now = case.now()  # a button without a form leads back, and says no there
    assert (now.state, now.mediator) == ("in_mediation", case.mia)
    assert now.messages.count() == 1  # that Mia took it
    assert not now.questions.exists()
    assert not hasattr(now, "proposal")


def test_no_address_of_the_admin_writes_a_row_of_a_case() -> None:
    """Not even a superuser's: rows are read, and what is decided goes through a service."""
    case = proposed()
    root = mediator("root")
    User.objects.filter(pk=root.pk).update(is_superuser=True)
    with_second_factor(root)
    browser = session_of(User.objects.get(pk=root.pk))
    tried = 0
    for model in admin.site._registry:
        if model._meta.app_label not in ("disputes", "ledger", "payments"):
            continue
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        row = model._default_manager.order_by("pk").first()
        pages = [f"{name}_add", *([f"{name}_change", f"{name}_delete"] if row else [])]
        for page in pages:
            args = [] if page.endswith("_add") else [row.pk]  # type: ignore[union-attr]
            sent = {"state": "settled", "figure_0": "1", "post": "yes"}
            answer = browser.post(reverse(page, args=args), sent)
            assert answer.status_code in (403, 404, 405), (page, answer)
            tried += 1
    assert tried >= 20
    many = {"action": "delete_selected", "_selected_action": [case.dispute.pk], "post": "yes"}
    browser.post(reverse("admin:disputes_dispute_changelist"), many)
    assert case.now().state == "proposed"
