from __future__ import annotations

from django.urls import URLPattern, path, register_converter

from billing_site.kernel.converters import IsoDate
from invoices.views import (
    after,
    contracts,
    credit_notes,
    deliveries,
    documents,
    hourly,
    invoices,
    milestones,
    numbers,
    offers,
    timers,
    weeks,
)

register_converter(IsoDate, "isodate")

urlpatterns: list[URLPattern] = [
    path("organization/numbers/", numbers.report, name="number-report"),
    path("contracts/", contracts.index, name="contracts"),
    path("contracts/new/", contracts.new, name="contract-new"),
    path("contracts/new/cost/", contracts.cost, name="contract-cost"),
    path("contracts/new/hourly/", hourly.new, name="contract-new-hourly"),
    path("contracts/new/hourly/cost/", hourly.cost, name="contract-cost-hourly"),
    path("contracts/<slug:ref>/", contracts.detail, name="contract"),
    path("contracts/<slug:ref>/offer/", offers.offer, name="contract-offer"),
    path("contracts/<slug:ref>/acceptance/", offers.acceptance, name="contract-acceptance"),
    path("contracts/<slug:ref>/refusal/", offers.refusal, name="contract-refusal"),
    path("contracts/<slug:ref>/withdrawal/", offers.withdrawal, name="contract-withdrawal"),
    path("contracts/<slug:ref>/discard/", offers.discard, name="contract-discard"),
    path("contracts/<slug:ref>/pause/", contracts.pause, name="contract-pause"),
    path("contracts/<slug:ref>/resumption/", contracts.resumption, name="contract-resumption"),
    path("contracts/<slug:ref>/end/", contracts.end, name="contract-end"),
    path("contracts/<slug:ref>/limit/", hourly.limit, name="contract-limit"),
    path("contracts/<slug:ref>/rate/", hourly.rate, name="contract-rate"),
    path("contracts/<slug:ref>/manual-time/", hourly.manual_time, name="contract-manual-time"),
    path(
        "contracts/<slug:ref>/manual-time/end/",
        hourly.manual_time_end,
        name="contract-manual-time-end",
    ),
    path("contracts/<slug:ref>/weeks/<isodate:monday>/", weeks.week, name="week"),
    path("time/<slug:ref>/", weeks.entry, name="time-entry"),
    path("time/<slug:ref>/activity/", weeks.activity, name="time-activity"),
    path("time/<slug:ref>/removal/", weeks.removal, name="time-removal"),
    path("timer/", timers.timer, name="timer"),
    path("timers/<slug:ref>/stop/", timers.stop, name="timer-stop"),
    path("timers/<slug:ref>/discard/", timers.discard, name="timer-discard"),
    path("milestones/<slug:ref>/", milestones.detail, name="milestone"),
    path("milestones/<slug:ref>/funding/", milestones.funding, name="milestone-funding"),
    path(
        "milestones/<slug:ref>/cancellation/",
        milestones.cancellation,
        name="milestone-cancellation",
    ),
    path("milestones/<slug:ref>/delivery/", deliveries.delivery, name="milestone-delivery"),
    path("invoices/", invoices.index, name="invoices"),
    path("invoices/<slug:ref>/", invoices.detail, name="invoice"),
    path("invoices/<slug:ref>/approval/", invoices.approval, name="invoice-approval"),
    path("invoices/<slug:ref>/changes/", invoices.changes, name="invoice-changes"),
    path("invoices/<slug:ref>/withdrawal/", invoices.withdrawal, name="invoice-withdrawal"),
    path("invoices/<slug:ref>/payment/", invoices.payment, name="invoice-payment"),
    path("invoices/<slug:ref>/trail/", invoices.trail, name="invoice-trail"),
    path("invoices/<slug:ref>/pdf/", documents.invoice_pdf, name="invoice-pdf"),
    path("invoices/<slug:ref>/data/", documents.invoice_data, name="invoice-data"),
    path("fees/<slug:ref>/data/", documents.fee_invoice_data, name="fee-invoice-data"),
    path("invoices/<slug:ref>/credit/", credit_notes.credit, name="invoice-credit"),
    path("invoices/<slug:ref>/correction/", after.correction, name="invoice-correction"),
    path("invoices/<slug:ref>/write-off/", after.write_off, name="invoice-write-off"),
    path("credit-notes/<slug:ref>/pdf/", credit_notes.credit_note_pdf, name="credit-note-pdf"),
    path(
        "write-offs/<slug:ref>/confirmation/",
        after.write_off_confirmation,
        name="write-off-confirmation",
    ),
    path("write-offs/<slug:ref>/refusal/", after.write_off_refusal, name="write-off-refusal"),
    path(
        "fees/credits/<slug:ref>/pdf/", credit_notes.fee_credit_note_pdf, name="fee-credit-note-pdf"
    ),
    path("fees/<slug:ref>/pdf/", documents.fee_invoice_pdf, name="fee-invoice-pdf"),
    path("verify/", documents.verify_form, name="verify-form"),
    path("verify/<slug:code>/", documents.verify, name="verify"),
]
