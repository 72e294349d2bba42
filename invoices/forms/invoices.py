from __future__ import annotations

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

from billing_site.kernel.forms import ConsentForm, TextField, TickField, UploadField
from billing_site.platform.models.file import LARGEST_FILE
from invoices.services.invoicing import MOST_FILES, Upload
from payments.models import PaymentMethod

LARGEST_DELIVERY = 50 * 1024 * 1024

SAVED, PAGE = "saved", "page"


class ApprovalForm(ConsentForm):
    """Consent to a sum and to a delivery. Both travel with the form, as they were seen."""

    purchase_order = TextField(max_length=40, required=False, label="Purchase order")
    accepts = TickField(label="I have reviewed the work and accept it.")


class ChangesForm(ConsentForm):
    reason = TextField(
        lines=5,
        max_length=2_000,
        label="What should change",
        help_text="They read it as you write it. The review period starts anew when they deliver.",
    )


class PartForm(ConsentForm):
    reason = TextField(
        lines=4,
        max_length=4_000,
        label="What is wrong with the hours that go back?",
        help_text="The freelancer reads this. The other hours are approved at once.",
    )


class WithdrawalForm(ConsentForm):
    reason = TextField(lines=3, max_length=1_000, required=False, label="A word to the client")


class FundingForm(ConsentForm):
    """The client agrees to the whole cost, and says how they pay it.

    *saved* is what they may be charged by, alone; without it, it is paid on the next page.
    """

    def __init__(
        self,
        data: Any = None,
        *,
        seen: dict[str, str],
        saved: PaymentMethod | None = None,
        **options: Any,
    ) -> None:
        seen_saved = {"seen_saved": saved.ref} if saved else {}
        super().__init__(data, seen={**seen, **seen_saved}, **options)
        self.saved = saved
        if saved:
            self.fields["pay_with"] = forms.ChoiceField(
                label="How you pay",
                choices=[(SAVED, f"{saved}, charged now"), (PAGE, "Another way, on the next page")],
                initial=SAVED,
                widget=forms.RadioSelect,
            )

    @property
    def verb(self) -> str:
        return "Pay" if "pay_with" in self.fields else "Go on and pay"

    @property
    def chosen(self) -> PaymentMethod | None:
        """What they want to be charged by."""
        return self.saved if self.cleaned_data.get("pay_with") == SAVED else None


class ManyFilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class ManyFilesField(UploadField):
    """Any number of files, of any kind so far: the service looks inside."""

    widget = ManyFilesInput

    def __init__(self, **options: Any) -> None:
        super().__init__(largest=LARGEST_FILE, **options)

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile[Any]]:
        files = data if isinstance(data, list | tuple) else [data]
        cleaned = [super(ManyFilesField, self).clean(each, initial) for each in files if each]
        if len(cleaned) > MOST_FILES:
            raise forms.ValidationError(f"{MOST_FILES} files at most. Put them into a ZIP file.")
        if sum(each.size or 0 for each in cleaned) > LARGEST_DELIVERY:
            raise forms.ValidationError("All files together may be 50 MB.")
        return cleaned


class DeliveryForm(ConsentForm):
    message = TextField(
        lines=6,
        max_length=4_000,
        label="What you deliver",
        help_text="The client reads this first. Say where to look, and what is left out.",
    )
    attachments = ManyFilesField(
        required=False,
        label="Files",
        help_text="PDF, PNG, JPEG, text or ZIP, up to 10 MB each.",
    )

    def uploads(self) -> list[Upload]:
        return [
            Upload(each.name or "file", each.read(), each.content_type or "")
            for each in self.cleaned_data["attachments"]
        ]


class SubmissionForm(DeliveryForm):
    """An invoice written by hand goes to the client, who agreed to no sum before."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.fields["message"].label = "A word to the client"
        self.fields["message"].help_text = "They read it first. Say what the invoice is for."
        self.fields[
            "attachments"
        ].help_text = "Receipts, timesheets: PDF, PNG, JPEG, text or ZIP, up to 10 MB each."


class HandInForm(DeliveryForm):
    """The hours of a week go back to the client who asked about them. Their time stays."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.fields["message"].label = "Your answer"
        self.fields["message"].help_text = "Say what was done in the hours that they ask about."


class TemplateForm(forms.Form):
    name = TextField(
        max_length=80,
        label="Name of the template",
        help_text="A template of the same name is replaced.",
    )
