/* Single-key shortcuts of the office. Everything they do can be done without them.

   A link or button names its keys in data-keys ("KeyR", or "KeyG KeyI" for one after the other).
   Lines of work are rows with data-row; the link to open is the row's first. */
"use strict";

const MODIFIERS = ["Control", "Alt", "Meta", "Shift", "AltGraph"];
const PAUSE_BETWEEN_KEYS = 1200;

/** The key's name, the same on every layout.
    On an Arabic layout the J key gives ت, so the place of the key counts; where the key gives a Latin
    letter the letter counts, or A and Q would change places on a French keyboard. */
function keyName(event) {
  return /^[a-z]$/i.test(event.key) ? `Key${event.key.toUpperCase()}` : event.code;
}

function isTyping(target) {
  return target instanceof Element
    && target.closest("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]") !== null;
}

const rows = () => [...document.querySelectorAll("[data-row]")];
const here = () => document.querySelector("[data-row][data-here]");

function moveTo(row) {
  if (!row) return;
  here()?.removeAttribute("data-here");
  row.setAttribute("data-here", "");
  row.querySelector("a")?.focus();
  row.scrollIntoView({ block: "nearest" });
}

function move(step) {
  const all = rows();
  const index = all.indexOf(here());
  moveTo(all[index < 0 ? 0 : Math.min(Math.max(index + step, 0), all.length - 1)]);
}

let lastSelected = null;

function select(range) {
  const row = here();
  const box = row?.querySelector("input[type=checkbox]");
  if (!box) return;
  const all = rows();
  const [from, to] = range && lastSelected
    ? [all.indexOf(lastSelected), all.indexOf(row)].sort((a, b) => a - b)
    : [all.indexOf(row), all.indexOf(row)];
  const checked = !box.checked;
  for (const line of all.slice(from, to + 1)) {
    const other = line.querySelector("input[type=checkbox]");
    if (other.checked !== checked) other.click();
  }
  lastSelected = row;
}

function search() {
  const box = document.querySelector("[data-search]") ?? document.querySelector("input[type=search]");
  box?.focus();
  box?.select();
}

const ACTIONS = {
  KeyJ: () => move(1),
  KeyK: () => move(-1),
  KeyO: () => here()?.querySelector("a")?.click(),
  Enter: () => here()?.querySelector("a")?.click(),
  KeyU: () => document.querySelector("[data-back], .back")?.click(),
  KeyX: (event) => select(event.shiftKey),
  Slash: search,
};

function declared(keys) {
  return document.querySelector(`[data-keys="${CSS.escape(keys)}"]`);
}

function showShortcuts() {
  const sheet = document.getElementById("shortcuts");
  if (!sheet) return;
  for (const line of sheet.querySelectorAll("[data-for]")) line.hidden = !declared(line.dataset.for);
  sheet.showModal();
}

let pending = "";
let pendingSince = 0;

function act(event) {
  const name = keyName(event);
  const sequence = pending && Date.now() - pendingSince < PAUSE_BETWEEN_KEYS ? `${pending} ${name}` : name;
  const element = declared(sequence) ?? declared(name);
  pending = "";
  if (element) {
    element.matches("input, textarea, select") ? element.focus() : element.click();
  } else if (document.querySelector(`[data-keys^="${CSS.escape(name)} "]`)) {
    pending = name;
    pendingSince = Date.now();
  } else if (event.key === "/") {
    search();
  } else if (ACTIONS[name]) {
    ACTIONS[name](event);
  } else {
    return;
  }
  event.preventDefault();
}

function onKey(event) {
  if (event.code === "Enter" && (event.ctrlKey || event.metaKey) && event.target.form) {
    event.target.form.requestSubmit();
    return;
  }
  // Absent where the person has switched single keys off.
  if (!document.body.hasAttribute("data-shortcuts")) return;
  if (event.ctrlKey || event.altKey || event.metaKey || MODIFIERS.includes(event.key)) return;
  if (isTyping(event.target) || document.querySelector("dialog[open]")) return;
  // Enter on a link or button is the browser's.
  if (event.code === "Enter" && event.target.closest("a, button, summary")) return;
  if (event.key === "?" || event.key === "؟" || (event.code === "Slash" && event.shiftKey)) {
    showShortcuts();
    event.preventDefault();
    return;
  }
  act(event);
}

document.addEventListener("keydown", onKey);
