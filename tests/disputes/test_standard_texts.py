"""What mediators begin with: written once, filled in each case, read before it is sent."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

from billing_site.kernel.transitions import NotAllowed, NotYours, WrongState
from billing_site.platform import clock
from disputes.models import Proposal, Question, StandardText
from disputes.placeholders import filled
from disputes.services import hearing, standard_texts
from tests import given, given_disputes
from tests.browser.hostile import PAYLOADS
from tests.disputes.test_desk import at_desk, desk, text
from tests.given import NOON
from tests.given_disputes import Case, mediator
from tests.invoices._race import race

ASKED = "Which files of {work} did {freelancer} hand in?"


@pytest.fixture
def case(db: None) -> Case:
    """Mia hears it."""
    at = clock.now() - timedelta(hours=1)
    case = given_disputes.opened(at=at)
    hearing.escalate(case.dispute.pk, by=case.alice, at=at)
    hearing.take_on(case.dispute.pk, by=case.mia, at=at)
    return case


def written(
    case: Case, words: str = ASKED, purpose: str = "question", title: str = "Files"
) -> StandardText:
    return standard_texts.write(purpose=purpose, title=title, text=words, by=case.mia, at=NOON)


def test_a_question_begins_with_it_and_is_changed_before_it_is_sent(case: Case) -> None:
    ref = written(case).ref
    browser, _ = at_desk(case.mia)
    url = desk("question", case)
    begun = f"{url}?begin={ref}"
    assert "Which files of “Logo, final files” did Bob & Co hand in?" in text(browser, begun)
    form = browser.get(begun).context["form"]
    assert form["text"].value() == "Which files of “Logo, final files” did Bob & Co hand in?"

    sent = {"op_id": str(uuid4()), "side": "freelancer", "text": "Which files, and when?"}
    assert browser.post(begun, sent).status_code == 302
    assert Question.objects.get().text == "Which files, and when?"


def test_a_ruling_begins_with_it_and_knows_the_figure(case: Case) -> None:
    words = "{figure} of {at_stake} for {freelancer}; {back} back."
    ref = written(case, words, "ruling", "Part").ref
    browser, _ = at_desk(case.mia)
    page = browser.get(f"{desk('settlement', case)}?figure=600&begin={ref}")
    told = page.context["form"]["reasons"].value()
    assert told == "€600.00 of €1,000.00 for Bob & Co; €400.00 back."
    assert page.context["begins"].asks["figure"].value() == "600"
    assert page.context["form"]["figure"].value() == "600"
    assert not Proposal.objects.exists()


def test_a_text_is_words_and_never_a_program(case: Case) -> None:
    """Neither its own markup nor a party's name becomes part of the page."""
    hostile = "\n".join(payload for payload in PAYLOADS if "{" not in payload)[:3_900]
    ref = written(case, f"{hostile} {{freelancer}}").ref
    name = "</textarea><script>x</script>{client.password}{0.__class__}"
    organization = given.organization(case.bob)
    type(organization).objects.filter(pk=organization.pk).update(name=name)
    browser, _ = at_desk(case.mia)
    page = browser.get(f"{desk('question', case)}?begin={ref}").content.decode()
    assert "<script>x" not in page
    assert "<img src=x" not in page
    assert "&lt;/textarea&gt;&lt;script&gt;x" in page
    assert "{client.password}{0.__class__}" in page  # as words: a name is filled in once
    assert filled("{a}{b}", {"a": "{b}", "b": "x"}) == "{b}x"


@pytest.mark.parametrize(
    ("purpose", "words", "said"),
    [
        ("question", "{figure} of it?", "means nothing here"),
        ("ruling", "{client.owner.email}", "means nothing here"),
        ("ruling", "{0}", "means nothing here"),
        ("ruling", "  ", "Write a title"),
    ],
)
def test_what_means_nothing_is_refused(case: Case, purpose: str, words: str, said: str) -> None:
    with pytest.raises(NotAllowed, match=said):
        written(case, words, purpose)
    assert not StandardText.objects.exists()


def test_another_wording_replaces_it_and_nothing_is_edited(case: Case) -> None:
    first = written(case)
    with pytest.raises(NotAllowed, match="already"):
        written(case)
    with pytest.raises(NotYours):
        standard_texts.write(purpose="question", title="x", text="x", by=case.alice, at=NOON)
    facts: dict[str, Any] = {"purpose": "question", "title": "Files", "text": "Which?"}
    facts["replaces"] = first.ref
    op_id = uuid4()
    twice = {standard_texts.write(**facts, by=case.mia, at=NOON, op_id=op_id) for _ in "ab"}
    assert [text.text for text in StandardText.objects.in_use()] == ["Which?"]
    assert len(twice) == 1
    with pytest.raises(WrongState, match="replaced or retired"):
        standard_texts.retire(first.ref, by=case.max, at=NOON)
    for statement in (
        "UPDATE disputes_standardtext SET text = 'x'",
        "UPDATE disputes_standardtext SET retired_at = NULL",
        "DELETE FROM disputes_standardtext",
        (
            "UPDATE disputes_standardtext SET retired_at = at - interval '1 day'"
            " WHERE retired_at IS NULL"
        ),
        (
            "INSERT INTO disputes_standardtext (ref, purpose, title, text, by_id, at)"
            " SELECT 'X', purpose, title, 'x', by_id, at FROM disputes_standardtext LIMIT 1"
        ),
        (
            "INSERT INTO disputes_standardtext (ref, purpose, title, text, by_id, at)"
            " SELECT 'X', purpose, 'y', '', by_id, at FROM disputes_standardtext LIMIT 1"
        ),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            connection.cursor().execute(statement)


def test_its_pages(case: Case) -> None:
    browser, _ = at_desk(case.mia)
    listed, new = (
        reverse(f"admin:disputes_standardtext_{noun}") for noun in ("changelist", "writing")
    )
    assert new in browser.get(listed).content.decode()
    sent = {"op_id": str(uuid4()), "purpose": "question", "title": "Files", "text": "{nobody}?"}
    refused = browser.post(new, sent)
    assert refused.status_code == 422
    assert "{nobody} means nothing here" in refused.content.decode()
    assert browser.post(new, {**sent, "text": ASKED}).status_code == 302
    one = StandardText.objects.get()
    change = reverse("admin:disputes_standardtext_rewriting", args=[one.ref])
    assert change in browser.get(listed).content.decode()
    assert browser.get(change).context["form"]["text"].value() == ASKED
    retire = reverse("admin:disputes_standardtext_retirement", args=[one.ref])
    assert browser.post(retire).status_code == 302
    assert browser.get(change).status_code == 404
    assert "There is none yet" in text(browser, desk("question", case))


@pytest.mark.django_db(transaction=True)
def test_sixteen_write_one_text() -> None:
    mia = mediator("mia")
    facts: dict[str, Any] = {"purpose": "question", "title": "Files", "text": ASKED}
    said = race([lambda: standard_texts.write(**facts, by=mia, at=NOON)] * 16)
    assert said == ["NotAllowed"] * 15 + ["done"]
    assert StandardText.objects.count() == 1
