"""Several of the queue are approved together, each with an outcome of its own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from billing_site.people.models import User
from billing_site.platform import clock
from invoices.models import Invoice
from invoices.services import invoicing
from tests.given import EUR, NOON, days
from tests.invoices.books import pending
from tests.signing_in import session_of

SEVERAL = "/invoices/approvals/"
LATER = NOON + days(1)
OP = "4f4e3c1e-8a5c-4a39-9f0e-0b5d7d3f0a11"


def seen(*invoices: Invoice, **more: str) -> dict[str, str]:
    rows = {
        f"seen-{each.ref}": f"{int(each.gross.amount * 100)} EUR {each.round}" for each in invoices
    }
    return {**rows, "op_id": OP, "accepts": "on", **more}


@pytest.fixture(autouse=True)
def _tomorrow() -> Iterator[None]:
    with clock.pinned(LATER):
        yield


def test_several_are_seen_together_before_they_are_approved(
    three: list[Invoice], alice: User, bob: User
) -> None:
    page = session_of(alice).get(SEVERAL, {"chosen": [each.ref for each in three]})
    shown = " ".join(page.content.decode().split())

    assert "Approve 3 invoices, €4,200.00 in all" in shown
    assert all(f'name="seen-{each.ref}"' in shown for each in three)
    assert pending(bob) == EUR("0.00")


def test_each_of_several_has_an_outcome_of_its_own(
    three: list[Invoice], alice: User, bob: User, dora: User
) -> None:
    texts, browser = three[1], session_of(alice)
    invoicing.return_(texts.pk, reason="Shorter.", by=alice, at=LATER)

    for _ in range(2):  # Pressing twice does it once, and says the same.
        page = browser.post(SEVERAL, seen(*three))
        outcomes = {each.invoice.title: each for each in page.context["outcomes"]}
        assert [outcomes[each.title].is_agreed for each in three] == [True, False, True]
        assert outcomes["Logo"].words == "Approved as BOB-2026-000001."
        assert "changes asked" in outcomes["Texts"].words

    assert Invoice.objects.filter(state=Invoice.State.PAID).count() == 2
    assert (pending(bob), pending(dora)) == (EUR("900.00"), EUR("2700.00"))


def test_what_was_not_seen_is_refused_row_by_row(
    three: list[Invoice], alice: User, bob: User, dora: User
) -> None:
    logo, texts, _ = three
    sent = seen(logo, texts) | {f"seen-{logo.ref}": "99900 EUR 1"}
    invoicing.return_(texts.pk, reason="Shorter.", by=alice, at=LATER)
    invoicing.submit(texts.pk, message="Shorter.", by=dora, at=LATER)

    page = session_of(alice).post(SEVERAL, sent)

    assert [each.is_agreed for each in page.context["outcomes"]] == [False, False]
    assert all("handed in again" in each.words for each in page.context["outcomes"])
    assert Invoice.objects.filter(state=Invoice.State.PAID).count() == 0


@pytest.mark.parametrize("missing", ["accepts", "op_id"])
def test_without_consent_nothing_is_approved(
    missing: str, three: list[Invoice], alice: User
) -> None:
    sent = {name: value for name, value in seen(*three).items() if name != missing}

    page = session_of(alice).post(SEVERAL, sent)

    assert page.status_code == 422
    assert page.context["form"].errors.keys() == {missing}
    assert Invoice.objects.filter(state=Invoice.State.PAID).count() == 0


def test_choosing_nothing_says_so(alice: User) -> None:
    browser = session_of(alice)

    assert "Choose at least one" in browser.get(SEVERAL).content.decode()
    assert browser.post(SEVERAL, seen()).status_code == 422


def test_a_stranger_approves_nothing_of_ours(
    three: list[Invoice], charlie: User, bob: User
) -> None:
    for outsider in (charlie, bob):
        browser = session_of(outsider)
        shown = browser.get(SEVERAL, {"chosen": three[0].ref}).content.decode()
        assert three[0].title not in shown
        # Charlie approves for others, for whom these are not there; Bob approves for nobody.
        assert browser.post(SEVERAL, seen(*three)).status_code == (
            404 if outsider == charlie else 403
        )

    assert Invoice.objects.filter(state=Invoice.State.SUBMITTED).count() == 3
