"""What single components say where it matters: forms and their errors, deadlines, pagers."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.core.paginator import Paginator

from tests.pages.sampled import NOON, Part, Terms, refused, render
from tests.pages.test_components import rendered

pytestmark = pytest.mark.usefixtures("no_questions")


def test_what_people_write_is_shown_and_not_run() -> None:
    assert "<script>" not in rendered("field")
    html = render('{% include "components/fields.html" with form=form only %}', form=refused())
    assert "&lt;script&gt;alert(1)" in html


def test_a_form_that_is_included_with_only_still_carries_its_token() -> None:
    html = rendered("form")
    [token] = re.findall(r'name="csrfmiddlewaretoken" value="(\w+)"', html)
    assert len(token) == 64


def test_a_form_without_errors_has_no_summary_of_them() -> None:
    summary = '{% include "components/error_summary.html" with form=form only %}'
    assert "error-summary" in render(summary, form=refused())
    assert "error-summary" not in render(summary, form=Terms())


def test_a_summary_names_what_is_wrong_in_repeated_parts() -> None:
    fine, bad = Part({"b-price": "1"}, prefix="b"), Part({}, prefix="c")
    summary = '{% include "components/error_summary.html" with form=form parts=parts only %}'
    html = render(summary, form=Terms(), parts=[fine, bad])
    assert "Row 2: Price: This field is required." in html
    assert 'href="#id_c-price"' in html
    assert "Row 1" not in html


def test_the_errors_of_a_field_are_tied_to_it() -> None:
    html = rendered("field")
    assert 'aria-describedby="id_title_helptext id_title_error"' in html
    assert 'aria-invalid="true"' in html


def test_a_deadline_that_has_passed_says_so() -> None:
    html = render(
        '{% include "components/deadline.html" with at=at then=then now=now only %}',
        at=NOON - timedelta(minutes=1),
        then="It was approved on",
        now=NOON,
    )
    assert "The time is over" in html
    assert "to answer" not in html


def test_one_page_needs_no_pager() -> None:
    pager = '{% include "components/pager.html" with page=page only %}'
    assert "<nav" not in render(pager, page=Paginator(range(3), 10).page(1))


def test_a_pager_keeps_the_filters_of_the_address() -> None:
    assert "state=paid" in rendered("pager")


def test_a_card_holds_what_stands_inside_it() -> None:
    html = render(
        '{% load components %}{% card title="Next" %}<b>{{ x }}</b>{% endcard %}', x="<i>"
    )
    assert "<h2>Next</h2>" in html
    assert "<b>&lt;i&gt;</b>" in html
