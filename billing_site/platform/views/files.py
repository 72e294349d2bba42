from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from billing_site.kernel.http import SignedInRequest
from billing_site.platform import downloads, files
from billing_site.platform.models import File


@require_safe
def download(request: SignedInRequest, ref: str) -> HttpResponse:
    """Hand the file out to be saved, never to be shown: what is in it may be anybody's."""
    file = get_object_or_404(File, ref=ref)
    if not files.may_read(request.user, file):
        raise Http404
    return downloads.saved(
        HttpResponse(files.open(file), content_type=file.content_type), file.name
    )


# Staff act for nobody and read what a case shows; who may read, the file is asked.
download.for_anybody = True  # type: ignore[attr-defined] # see people.middleware.for_anybody
