"""The components that hold other markup, and what every form on a page needs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django import forms, template
from django.conf import settings
from django.forms import BoundField
from django.middleware.csrf import get_token
from django.template import RequestContext
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()


@dataclass(frozen=True, slots=True)
class Said:
    """One thing that is wrong with a form, and the field to go to, if it is about one."""

    words: str
    at: str = ""


@register.simple_block_tag
def card(content: str, **looks: object) -> str:
    """Wrap markup in a card; components/card.html says what it takes."""
    return render_to_string("components/card.html", {"content": content, **looks})


@register.simple_tag
def statement_name() -> str:
    """What the statement of a client's card begins with."""
    name: str = settings.STATEMENT_NAME
    return name


@register.simple_tag(takes_context=True)
def csrf_field(context: RequestContext) -> SafeString:
    """Write a form's token also where “only” hides it from {% csrf_token %}."""
    request = getattr(context, "request", None)
    if request is None:
        return SafeString()
    return format_html(
        '<input type="hidden" name="csrfmiddlewaretoken" value="{}">', get_token(request)
    )


@register.simple_tag
def errors_of(form: forms.Form | None, parts: Sequence[forms.Form] = ()) -> list[Said]:
    """Say all that is wrong with *form* and the repeated *parts* beside it, in their order."""
    said = _errors_of(form) if form else []  # a page may show none
    for number, part in enumerate(parts or (), start=1):
        said += _errors_of(part, f"{getattr(part, 'noun', 'Part')} {number}")
    return said


def _errors_of(form: forms.Form, of: str = "") -> list[Said]:
    if not form.errors:
        return []
    before = f"{of}: " if of else ""
    said = [Said(f"{before}{error}") for error in form.non_field_errors()]
    for field in form:
        at = "" if field.is_hidden else field.id_for_label or field.auto_id
        said += [Said(f"{before}{words}", at) for words in _words_of(field)]
    return said


def _words_of(field: BoundField) -> list[str]:
    if field.is_hidden:
        return [str(error) for error in field.errors]
    is_box = isinstance(field.field.widget, forms.CheckboxInput)
    return [
        f"Tick the box: {field.label}"
        if is_box and error.code == "required"
        else f"{field.label}: {' '.join(error.messages)}"
        for error in field.errors.as_data()
    ]
