"""Staff who belong to a side read at the desk what both sides read, and choose nobody's judge."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse

from billing_site.kernel.transitions import NotYours
from billing_site.people.models import User
from billing_site.platform import files
from disputes.models import Message
from disputes.services import hearing, talking
from invoices.services.invoicing import Upload
from tests import given
from tests.disputes.heard import heard
from tests.factories.people import LONG_AGO, MembershipFactory
from tests.given import NOON, days
from tests.given_disputes import WHY, Case, mediator, supervisor
from tests.signing_in import session_of, with_second_factor

pytestmark = pytest.mark.django_db
AT = NOON + days(2)
SHOWN = Upload("brief.pdf", b"%PDF-1.7 brief %%EOF", "application/pdf")
QUIETLY, OURS, ALL = "Between the two of us.", "She seems honest.", "For everybody."


def spoken() -> Case:
    case = heard()
    pk = case.dispute.pk
    talking.say(pk, text=ALL, by=case.bob, at=AT)
    talking.say(pk, text=QUIETLY, audience="client", by=case.alice, at=AT)
    talking.say(pk, text=OURS, audience=Message.Audience.STAFF, by=case.mia, at=AT)
    talking.show(pk, upload=SHOWN, description="The brief", by=case.bob, at=AT)
    return case


def joins(user: User, side: User) -> None:
    """They sat there once: that they left makes nobody neutral."""
    ours = given.organization(side)
    MembershipFactory.create(user=user, organization=ours, role="viewer", ended_at=LONG_AGO)


def test_of_their_own_cause_staff_reads_no_word_to_the_mediator_alone() -> None:
    case = spoken()
    sue = supervisor("sue")
    desk, paper = (
        reverse(f"admin:disputes_dispute_{noun}", args=[case.dispute.ref])
        for noun in ("desk", "file")
    )
    for user in (case.max, sue):
        with_second_factor(user)
    for user, reads_all in ((case.max, True), (sue, True), (sue, False)):
        if not reads_all:
            joins(user, case.bob)
        browser = session_of(user)
        page = browser.get(desk).content.decode()
        assert ALL in page
        assert {QUIETLY in page, OURS in page} == {reads_all}, user
        assert browser.get(paper).status_code == (200 if reads_all else 403)


def test_of_their_own_cause_a_supervisor_neither_writes_nor_chooses_who_hears_it() -> None:
    case, sue = spoken(), supervisor("sue")
    talking.say(case.dispute.pk, text="A word of ours", by=sue, at=AT)
    joins(sue, case.alice)
    with pytest.raises(NotYours, match="belongs or belonged"):
        talking.say(case.dispute.pk, text="A word of ours", by=sue, at=AT)
    with pytest.raises(NotYours, match="belongs or belonged"):
        hearing.hand_over(case.dispute.pk, to=case.max, reason=WHY, by=sue, at=AT)
    assert case.now().mediator == case.mia


def test_evidence_is_for_both_sides_and_for_neutral_staff_who_hear_disputes() -> None:
    case = spoken()
    file = case.dispute.evidence.get().file
    clerk, nina, zoe = mediator("clerk"), mediator("nina"), given.person("zoe")
    clerk.user_permissions.set(Permission.objects.filter(codename="give_goodwill"))
    joins(nina, case.bob)
    readers = {
        user.name: files.may_read(User.objects.get(pk=user.pk), file)
        for user in (case.alice, case.bob, case.mia, supervisor("sue"), clerk, nina, zoe)
    }
    assert [name for name, may in readers.items() if may] == ["Alice", "Bob", "Mia", "Sue"]
