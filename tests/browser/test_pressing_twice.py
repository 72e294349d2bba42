"""Pressing twice sends once, also where a field of the form is named like a part of it."""

from __future__ import annotations

import pytest

from tests.browser.fixtures import OpenPage

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

# Ours stands behind the page's own, and counts what that let through.
PRESS_TWICE = """(field) => {
  document.body.insertAdjacentHTML(
    "beforeend", `<form id="twice" method="post"><input name="${field}"></form>`);
  let sent = 0;
  document.addEventListener("submit", (event) => {
    if (!event.defaultPrevented) sent += 1;
    event.preventDefault();
  });
  const form = document.getElementById("twice");
  form.requestSubmit();
  form.requestSubmit();
  return sent;
}"""


def test_the_second_press_sends_nothing(open_page: OpenPage) -> None:
    page = open_page()
    for field in ("method", "amount"):
        page.goto("/")
        assert page.evaluate(PRESS_TWICE, field) == 1, field
