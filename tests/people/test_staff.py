"""Who decides what at the desk is said in one table, and given with one command."""

from __future__ import annotations

import re
from io import StringIO
from pathlib import Path

import pytest
from django.contrib.auth.models import Permission
from django.core.management import CommandError, call_command

from billing_site.people.models import Membership, User
from billing_site.people.staff import ROLES, holds, tell, who_hold
from billing_site.platform.models import AuditEvent, Notice
from tests.factories.people import UserFactory
from tests.people.conftest import NOON

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).parent.parent.parent
ASKED = re.compile(
    r'"((?:payments|invoices|disputes|people)\.(?:add|change|delete|mediate|supervise|give)_\w+)"'
)


def staff(*words: str) -> str:
    out = StringIO()
    call_command("staff", *words, stdout=out)
    return out.getvalue()


def test_what_code_asks_for_is_what_some_role_has() -> None:
    asked = {
        label
        for app in ("billing_site", "payments", "invoices", "disputes")
        for path in ROOT.joinpath(app).rglob("*.py")
        if "migrations" not in path.parts and path.name != "staff.py"
        for label in ASKED.findall(path.read_text())
    }
    given = frozenset[str]().union(*ROLES.values())
    there = {
        f"{app}.{name}"
        for app, name in Permission.objects.values_list("content_type__app_label", "codename")
    }
    assert asked == given
    assert given <= there


def test_roles_are_given_changed_and_taken_away(bobs: Membership) -> None:
    finn = UserFactory.create(name="Finn")

    assert staff(finn.email, "finance", "support") == (
        "finn@example.org is finance, support of the staff now.\n"
    )
    assert holds(User.objects.get(pk=finn.pk), "payments.change_payout")
    assert list(who_hold("payments.change_payout")) == [finn]

    staff(finn.email, "support")
    finn = User.objects.get(pk=finn.pk)
    assert (holds(finn, "payments.change_payout"), holds(finn, "people.add_seeing")) == (
        False,
        True,
    )

    staff("FINN@example.org", "--leaves")
    finn = User.objects.get(pk=finn.pk)
    assert (finn.is_staff, finn.get_user_permissions()) == (False, set())
    said = AuditEvent.objects.filter(deed="staff.appointed").order_by("pk")
    assert [each.facts["roles"] for each in said] == [["finance", "support"], ["support"], []]
    assert {each.reason for each in said} == {"an operator said so with manage.py staff"}


@pytest.mark.parametrize(
    ("words", "refusal"),
    [
        (["nobody@example.org", "finance"], "have them sign up first"),
        (["bob@example.org", "finance"], "acts for an organization"),
        (["mia@example.org", "king"], "There is no role king"),
        (["mia@example.org"], "or say --leaves"),
        (["mia@example.org", "finance", "--leaves"], "or say --leaves"),
    ],
)
def test_it_refuses_in_words(bobs: Membership, mia: User, words: list[str], refusal: str) -> None:
    with pytest.raises(CommandError, match=refusal):
        staff(*words)

    assert not AuditEvent.objects.filter(deed="staff.appointed").exists()
    assert User.objects.get(pk=mia.pk).is_superuser


def test_whoever_may_act_is_told_and_nobody_else(mia: User) -> None:
    finn = UserFactory.create(name="Finn", roles=["finance"])
    fay = UserFactory.create(name="Fay", roles=["finance"])
    UserFactory.create(name="Judith", roles=["mediator", "support"])
    UserFactory.create(name="Alice")

    for _ in range(2):
        tell(
            "payments.change_payout",
            text="Look.",
            url="/admin/",
            key="k",
            at=NOON,
            if_=lambda user: user != fay,
        )

    told = Notice.objects.filter(key="k").values_list("user_id", flat=True)
    assert sorted(told) == sorted([mia.pk, finn.pk])  # Mia may do everything.
