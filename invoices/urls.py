from __future__ import annotations

from django.urls import URLPattern, path

from invoices.views import (
    after,
    contracts,
    credit_notes,
    deliveries,
    documents,
    invoices,
    milestones,
    numbers,
    offers,
)

urlpatterns: list[URLPattern] = [
    path("organization/numbers/", numbers.report, name="number-report"),
    path("contracts/", contracts.index, name="contracts"),
    path("contracts/new/", contracts.new, name="contract-new"),
    path("contracts/new/cost/", contracts.cost, name="contract-cost"),
    path("contracts/<slug:ref>/", contracts.detail, name="contract"),
    path("contracts/<slug:ref>/offer/", offers.offer, name="contract-offer"),
    path("contracts/<slug:ref>/acceptance/", offers.acceptance, name="contract-acceptance"),
    path("contracts/<slug:ref>/refusal/", offers.refusal, name="contract-refusal"),
    path("contracts/<slug:ref>/withdrawal/", offers.withdrawal, name="contract-withdrawal"),
    path("contracts/<slug:ref>/discard/", offers.discard, name="contract-discard"),
    path("contracts/<slug:ref>/pause/", contracts.pause, name="contract-pause"),
    path("contracts/<slug:ref>/resumption/", contracts.resumption, name="contract-resumption"),
    path("contracts/<slug:ref>/end/", contracts.end, name="contract-end"),
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
