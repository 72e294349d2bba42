"""The forms of a page, filled in as a browser would send them."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

NOT_SENT = {"submit", "button", "image", "reset", "file"}


@dataclass
class PageForm:
    action: str
    method: str
    values: dict[str, str] = field(default_factory=dict)
    texts: set[str] = field(default_factory=set)  # fields that a person writes into
    files: dict[str, str] = field(default_factory=dict)  # and what each of them takes
    choices: dict[str, list[str]] = field(default_factory=dict)
    buttons: list[tuple[str, str]] = field(default_factory=list)

    def press(self) -> None:
        """Press the button without a name, else the first; tick what is to be ticked."""
        if self.buttons and all(name for name, _ in self.buttons):
            name, value = self.buttons[0]
            self.values.setdefault(name, value)
        for name, offered in self.choices.items():
            if offered == ["on"]:
                self.values[name] = "on"


class _Reader(HTMLParser):
    def __init__(self, address: str) -> None:
        super().__init__()
        self.address = address
        self.forms: list[PageForm] = []
        self.open: PageForm | None = None
        self.select = self.area = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        facts = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.open = PageForm(
                facts.get("action") or self.address, facts.get("method", "get").lower()
            )
            self.forms.append(self.open)
        elif self.open is not None:
            self._control(tag, facts, self.open)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.open = None
        elif tag == "select":
            self.select = ""
        elif tag == "textarea":
            self.area = ""

    def handle_data(self, data: str) -> None:
        if self.open is not None and self.area:
            self.open.values[self.area] += data.removeprefix("\n")

    def _control(self, tag: str, facts: dict[str, str], form: PageForm) -> None:
        name = facts.get("name", "")
        if tag == "select":
            self.select = name
            form.choices[name] = []
            form.values[name] = ""
        elif tag == "option" and self.select:
            form.choices[self.select].append(facts.get("value", ""))
            if "selected" in facts or len(form.choices[self.select]) == 1:
                form.values[self.select] = facts.get("value", "")
        elif tag == "textarea":
            self.area = name
            form.values[name] = ""
            form.texts.add(name)
        elif tag == "input" and name:
            self._input(name, facts, form)
        elif tag == "button":
            form.buttons.append((name, facts.get("value", "")))

    def _input(self, name: str, facts: dict[str, str], form: PageForm) -> None:
        kind = facts.get("type", "text")
        if kind in {"radio", "checkbox"}:
            form.choices.setdefault(name, []).append(facts.get("value", "on"))
            if "checked" in facts:
                form.values[name] = facts.get("value", "on")
        elif kind == "file":
            form.files[name] = facts.get("accept", "")
        elif kind not in NOT_SENT:
            form.values[name] = facts.get("value", "")
            if kind != "hidden":
                form.texts.add(name)


def forms_of(html: str, address: str) -> list[PageForm]:
    """Return every form on the page that was read at *address*."""
    reader = _Reader(address)
    reader.feed(html)
    for form in reader.forms:
        form.press()
    return [form for form in reader.forms if form.action.startswith("/")]
