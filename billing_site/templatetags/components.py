"""The components that hold other markup, and what every form on a page needs."""

from __future__ import annotations

from django import template
from django.conf import settings
from django.middleware.csrf import get_token
from django.template import RequestContext
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()


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
