from __future__ import annotations

import hashlib
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

from billing_site.kernel.forms import UploadField
from billing_site.platform.models.file import LARGEST_FILE


class PaperForm(forms.Form):
    """A PDF that somebody holds. We take its hash and keep nothing of it."""

    file = UploadField(
        largest=LARGEST_FILE,
        label="PDF",
        help_text="At most 10 MB. We compare its hash and do not keep it.",
        widget=forms.FileInput(attrs={"accept": "application/pdf"}),
    )

    def clean_file(self) -> str:
        """Return the hash of what was sent, which may lie on disk."""
        sent: UploadedFile[Any] = self.cleaned_data["file"]
        read: Any = sent.file
        return hashlib.file_digest(read, "sha256").hexdigest()
