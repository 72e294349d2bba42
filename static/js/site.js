/* What is nicer with JavaScript. Every page works without it, and no key here moves money. */
"use strict";

const $ = (selector) => document.querySelector(selector);
const script = document.currentScript;

/* htmx is fetched only by pages that ask for it; once they are complete, or it would not begin. */
if ($("[hx-get], [hx-post]")) {
  window.addEventListener("load", () => {
    const htmx = document.createElement("script");
    htmx.src = script.dataset.htmx;
    document.head.append(htmx);
  });
}

/* A refused form (422) is an answer to be shown. */
document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.xhr.status === 422) {
    event.detail.shouldSwap = true;
    event.detail.isError = false;
  }
});

/* The theme changes at once and is remembered by the server's cookie. */
for (const form of document.querySelectorAll("[data-theme-switch]")) {
  form.addEventListener("submit", (event) => {
    if (!event.submitter) return;
    event.preventDefault();
    const theme = event.submitter.value;
    if (theme) document.documentElement.dataset.theme = theme;
    else delete document.documentElement.dataset.theme;
    for (const button of form.querySelectorAll("button")) {
      button.setAttribute("aria-pressed", String(button.value === theme));
    }
    fetch(form.action, { method: "POST", body: new FormData(form, event.submitter) });
  });
}

/* One menu at a time; Escape and a click beside it close it. */
const closeMenus = (except) => {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (menu !== except) menu.open = false;
  }
};
document.addEventListener("click", (event) => closeMenus(event.target.closest("details.menu")));

/* Pressing twice sends once; the server would have known as well. A field that is named
   "method" hides the property of the form, so the attribute is asked. */
const isPost = (form) => (form.getAttribute("method") || "").toLowerCase() === "post";
document.addEventListener("submit", (event) => {
  if (event.defaultPrevented || !isPost(event.target)) return;
  if (event.target.dataset.sent) event.preventDefault();
  event.target.dataset.sent = "yes";
  const told = event.target.querySelector("[data-while]");
  if (told) told.textContent = told.dataset.while;
});
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});

/* What takes several requests goes on by itself. */
document.querySelector("form[data-goes-on]")?.requestSubmit();

/* What just happened stays long enough to read, longer when it is bad, and goes when told. */
for (const toast of document.querySelectorAll(".toast")) {
  const close = document.createElement("button");
  close.type = "button";
  close.textContent = "Close";
  close.addEventListener("click", () => toast.remove());
  toast.append(close);
}

/* Dialogs. */
for (const opener of document.querySelectorAll("[data-opens]")) {
  opener.hidden = false;
  opener.addEventListener("click", () => document.getElementById(opener.dataset.opens).showModal());
}

/* Keys. */
const PLACES = { h: "/home/", c: "/contracts/", i: "/invoices/", e: "/earnings/", p: "/payouts/" };
let going = false;

const rows = () => [...document.querySelectorAll("main a.row")];
const step = (by) => {
  const all = rows();
  const next = all[all.indexOf(document.activeElement) + by] ?? all[by > 0 ? 0 : all.length - 1];
  next?.focus();
};
const go = (key) => {
  const place = PLACES[key];
  const link = place && [...document.querySelectorAll(".nav a")].find((a) => a.pathname === place);
  if (link) link.click();
};

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") closeMenus();
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest("input, textarea, select, dialog, [contenteditable]")) return;
  if (going) {
    going = false;
    go(event.key);
    return;
  }
  const deed = {
    "/": () => $("#search")?.focus(),
    "?": () => $("#keys")?.showModal(),
    g: () => { going = true; setTimeout(() => { going = false; }, 1500); },
    j: () => step(1),
    k: () => step(-1),
  }[event.key];
  if (!deed) return;
  event.preventDefault();
  deed();
});
