"""The weekly summary as a page: what the letter says, and whether it is sent to this member."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django import forms
from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from billing_site.kernel.http import SignedInRequest
from billing_site.kernel.periods import WEEK, week_of
from billing_site.platform import clock
from invoices.views.answering import answer
from records.queries.summary import summary
from records.services import summaries

SHOWN = 12  # weeks


class ChoiceForm(forms.Form):
    wanted = forms.ChoiceField(choices=[("yes", "yes"), ("no", "no")], widget=forms.HiddenInput)


@require_http_methods(["GET", "POST"])
def detail(request: SignedInRequest) -> HttpResponse:
    ours, at = request.organization, clock.now()
    form = ChoiceForm(request.POST or None)
    last = week_of(at) - WEEK
    monday = _asked(request.GET.get("week", ""), last)
    context = {
        "summary": summary(ours, monday),
        "headings": ["", "Net", "Our fee", "Tax on it", "Gross"],
        "is_wanted": summaries.is_wanted(request.membership),
        "weeks": [last - n * WEEK for n in range(SHOWN)],
    }
    return answer(
        request,
        form,
        deed=lambda: summaries.choose(
            ours, is_wanted=form.cleaned_data["wanted"] == "yes", by=request.user, at=at
        ),
        done=lambda choice: (
            "You get it every Monday." if choice.is_wanted else "It is not sent to you any more."
        ),
        to=reverse("summary"),
        template="records/summary.html",
        context=context,
    )


def _asked(text: str, last: date) -> date:
    """Return the Monday that the address asks for, or the last one whose week is over."""
    try:
        day = datetime.strptime(text, "%Y-%m-%d").date()  # noqa: DTZ007 - a day has no zone
    except ValueError:
        return last
    monday = day - timedelta(days=day.weekday())
    return monday if date(2000, 1, 3) <= monday <= last else last
