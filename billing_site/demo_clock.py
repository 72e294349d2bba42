"""The door to the demo's clock: days are lived through in pieces that a browser waits for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from billing_site.kernel.http import asked_once, back, inside
from billing_site.platform import clock
from billing_site.workflows import time_travel

PIECE = 20.0  # seconds that one request walks
DAY = timedelta(days=1)


class WalkForm(forms.Form):
    """So many days from now on; of a walk that has begun also when, how far it came, from where."""

    days = forms.IntegerField(min_value=1, max_value=60)
    begun = forms.DateTimeField(required=False)
    reached = forms.DateTimeField(required=False)
    page = forms.CharField(required=False, max_length=2_000)


@dataclass(frozen=True, slots=True)
class Walk:
    """How far it is, as the page between two pieces shows it."""

    days: int
    begun: datetime
    reached: datetime
    page: str  # where it was begun, and ends

    @property
    def until(self) -> datetime:
        return self.begun + self.days * DAY

    @property
    def day(self) -> int:
        return (self.reached - self.begun) // DAY + 1

    @property
    def percent(self) -> int:
        return 100 * (self.reached - self.begun) // (self.days * DAY)


@login_not_required
@asked_once
@require_POST
def demo_clock(request: HttpRequest) -> HttpResponse:
    """Move the demo's clock for everybody; absent from the URLs outside the demo.

    What is not done within a piece goes on from a page that sends its form by itself, or whose
    button does.
    """
    form = WalkForm(request.POST)
    if not form.is_valid():
        return render(request, "errors/400.html", status=400)
    asked, now = form.cleaned_data, clock.running()
    begun = min(asked["begun"] or now, now)
    since = min(asked["reached"] or begun, now)
    page = inside(request, asked["page"]) if asked["page"] else back(request)
    reached = time_travel.walk_on(since, begun + asked["days"] * DAY, seconds=PIECE)
    walk = Walk(asked["days"], begun, reached, page)
    if walk.reached < walk.until:
        # This request began when it was earlier: the band says what time it is by now.
        return render(request, "demo_walk.html", {"walk": walk, "now": walk.reached})
    now = clock.running()
    messages.success(request, f"It is now {now:%A, %-d %B %Y}. What fell due has happened.")
    return redirect(page)
