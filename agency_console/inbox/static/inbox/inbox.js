/* The list of cases: renewed every ten seconds while somebody looks at it, without moving the focus,
   the selection or the highlighted line; and the preview beside it in a wide window. Everything on
   the page works without this file. */
"use strict";

const PERIOD = 10000;
const PREVIEW_PAUSE = 250;
const WIDE = window.matchMedia("(min-width: 90rem)");

const live = () => document.getElementById("inbox-live");
const lines = () => [...document.querySelectorAll("#inbox-live [data-row]")];

/** What an officer has done with the list and the server does not know. */
function kept() {
  return {
    checked: new Set(lines().filter((line) => line.querySelector("input:checked")).map((line) => line.id)),
    here: document.querySelector("#inbox-live [data-here]")?.id,
    open: new Set([...document.querySelectorAll("#inbox-live details[open]")].map((menu) => menu.id)),
  };
}

function restore({ checked, here, open }) {
  for (const line of lines()) {
    const box = line.querySelector("input[name=case]");
    box.checked = checked.has(line.id);
    line.toggleAttribute("data-here", line.id === here);
  }
  for (const menu of document.querySelectorAll("#inbox-live details")) menu.open = open.has(menu.id);
  countSelected();
}

/** The bar of bulk actions counts the check boxes itself, also those that came with new lines. */
function countSelected() {
  document.getElementById("cases")?.dispatchEvent(new Event("change", { bubbles: true }));
}

/* Renewing ------------------------------------------------------------------------------------ */

function refresh() {
  if (document.visibilityState === "visible" && live()) htmx.trigger(live(), "inbox-refresh");
}

let before = null;

document.addEventListener("htmx:configRequest", (event) => {
  if (event.detail.elt === live()) event.detail.headers["If-None-Match"] = live().dataset.etag;
});

document.addEventListener("htmx:beforeSwap", (event) => {
  const { target, xhr } = event.detail;
  if (target !== live()) return;
  if (xhr.status === 200) before = kept();
  else event.detail.shouldSwap = false;
});

document.addEventListener("htmx:afterSwap", () => {
  if (!before) return;
  restore(before);
  before = null;
});

setInterval(refresh, PERIOD);
document.addEventListener("visibilitychange", refresh);

/* Selecting ------------------------------------------------------------------------------------ */

document.addEventListener("change", (event) => {
  if (event.target.matches("#cases input[name=case]")) countSelected();
});

/* The preview ---------------------------------------------------------------------------------- */

let shown = "";
let waiting = 0;

function preview(line) {
  const pane = document.getElementById("preview");
  const reference = line.id.replace("row-", "");
  if (!pane || !WIDE.matches || reference === shown) return;
  shown = reference;
  const url = document.getElementById("cases").dataset.previewUrl.replace("REFERENCE", reference);
  const list = document.querySelector("#cases input[name=list]").value;
  htmx.ajax("GET", url + list, { target: "#preview", swap: "innerHTML" });
}

document.addEventListener("focusin", (event) => {
  const line = event.target.closest("#inbox-live [data-row]");
  if (!line) return;
  document.querySelector("#inbox-live [data-here]")?.removeAttribute("data-here");
  line.setAttribute("data-here", "");
  // Each preview is recorded as an access: a line that one only passes is not read.
  clearTimeout(waiting);
  waiting = setTimeout(() => preview(line), PREVIEW_PAUSE);
});

/* Forms above the list ---------------------------------------------------------------------------- */

let wasOnLink = false;

/** The form comes in the place of the link that leads to it. */
document.addEventListener("htmx:beforeSwap", (event) => {
  const { target } = event.detail;
  if (!target.matches(".inbox-tool-panel")) return;
  wasOnLink = target.contains(document.activeElement);
});

/* Who opened it by keyboard stays on its summary, from where the first field is the next. */
document.addEventListener("htmx:afterSwap", (event) => {
  const { target } = event.detail;
  if (target.matches(".inbox-tool-panel") && wasOnLink) {
    target.querySelector("select, input:not([type=hidden])")?.focus();
  }
});

/* One menu is open at a time. */
document.addEventListener("toggle", (event) => {
  if (!event.target.matches(".case-menu[open], .inbox-tool[open]")) return;
  for (const menu of document.querySelectorAll(".case-menu[open], .inbox-tool[open]")) {
    if (menu !== event.target) menu.open = false;
  }
}, true);

document.addEventListener("keydown", (event) => {
  const menu = event.code === "Escape" && event.target.closest?.(".case-menu[open], .inbox-tool[open]");
  if (!menu) return;
  menu.open = false;
  menu.querySelector("summary").focus();
});

restore({ ...kept(), open: new Set() });
