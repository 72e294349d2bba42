"""Keeping what a list shows under a name: for every list that has filters in its address."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse

from billing_site.kernel.forms import TextField
from billing_site.kernel.http import SignedInRequest
from billing_site.kernel.transitions import NotAllowed
from billing_site.platform import filters
from billing_site.platform.models import SavedFilter

LONGEST_QUERY = 1_000


class SavedFilterForm(forms.Form):
    """A name for what the address asks for."""

    name = TextField(max_length=60, label="Name")
    query = forms.CharField(widget=forms.HiddenInput, max_length=LONGEST_QUERY)


def keep(request: SignedInRequest, *, page: str) -> HttpResponse:
    """Keep what the list of that name shows, and show it again."""
    query = QueryDict(request.POST.get("query", "")[:LONGEST_QUERY]).urlencode()
    form = SavedFilterForm({"name": request.POST.get("name", ""), "query": query})
    if not form.is_valid():
        messages.error(request, "Give the filter a name of up to 60 letters. Nothing was saved.")
    else:
        try:
            filters.keep(user_id=request.user.pk, page=page, **form.cleaned_data)
        except NotAllowed as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, f"Saved as “{form.cleaned_data['name']}”.")
    return redirect(f"{reverse(page)}?{query}")


def remove(request: SignedInRequest, ref: str, *, page: str) -> HttpResponse:
    mine = SavedFilter.objects.filter(user_id=request.user.pk, page=page)
    found = get_object_or_404(mine, ref=ref)
    filters.forget(found.pk, user_id=request.user.pk)
    messages.success(request, f"“{found}” is not kept any more.")
    return redirect(page)
