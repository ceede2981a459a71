/* Single-key shortcuts of the office. Everything they do can be done without them.

   A link, button, field or folded part names its keys in data-keys ("KeyR", or "KeyG KeyI" for one
   after the other). Lines of work are rows with data-row; the link to open is the row's first. A
   group of choices with data-choices is answered by digits. */
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

const searchBox = () =>
  document.querySelector("[data-search]") ?? document.querySelector("input[type=search]");

function search() {
  searchBox()?.focus();
  searchBox()?.select();
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

/* What the lines of the cheat sheet need that are no declared keys. */
const PRESENT = {
  rows: () => rows().length > 0,
  selection: () => document.querySelector("[data-row] input[type=checkbox]") !== null,
  back: () => document.querySelector("[data-back], .back") !== null,
  search: () => searchBox() !== null,
  choices: () => document.querySelector("[data-choices] input[type=radio]") !== null,
  submit: () => document.querySelector("[data-submit]") !== null,
};

function showShortcuts() {
  const sheet = document.getElementById("shortcuts");
  if (!sheet) return;
  for (const line of sheet.querySelectorAll("[data-for]")) line.hidden = !declared(line.dataset.for);
  for (const line of sheet.querySelectorAll("[data-with]")) line.hidden = !PRESENT[line.dataset.with]();
  sheet.showModal();
}

/** Go to a control: a folded part is opened, and what is in it comes next. */
function use(element) {
  if (element.matches("input, textarea, select")) {
    element.focus();
  } else if (element.matches("summary")) {
    const fold = element.parentElement;
    fold.open = !fold.open;
    (fold.open ? fold.querySelector("a[href], button, input:not([type=hidden]), select, textarea") : element)?.focus();
  } else {
    element.click();
  }
}

/** Answer a group of choices by the number of the answer, whatever the key gives on this layout. */
function choose(event) {
  const digit = /^(?:Digit|Numpad)([1-9])$/.exec(event.code);
  const choices = document.querySelectorAll("[data-choices] input[type=radio]");
  const choice = digit && choices[Number(digit[1]) - 1];
  if (!choice) return false;
  choice.click();
  choice.focus();
  return true;
}

let pending = "";
let pendingSince = 0;

function act(event) {
  const name = keyName(event);
  const sequence = pending && Date.now() - pendingSince < PAUSE_BETWEEN_KEYS ? `${pending} ${name}` : name;
  const element = declared(sequence) ?? declared(name);
  pending = "";
  if (element) {
    use(element);
  } else if (document.querySelector(`[data-keys^="${CSS.escape(name)} "]`)) {
    pending = name;
    pendingSince = Date.now();
  } else if (event.key === "/") {
    search();
  } else if (ACTIONS[name]) {
    ACTIONS[name](event);
  } else if (!choose(event)) {
    return;
  }
  event.preventDefault();
}

/** Escape leaves a field, or closes a folded part; focus stays where one can go on. */
function leave(event) {
  if (!(event.target instanceof Element)) return;
  const fold = event.target.closest("details[open]");
  const tab = event.target.closest(".composer-form")?.closest(".composer").querySelector("[aria-current]");
  if (fold) {
    fold.open = false;
    fold.querySelector("summary").focus();
  } else if (tab) {
    tab.focus();
  } else if (isTyping(event.target)) {
    event.target.blur();
  }
}

/** Ctrl Enter presses the button of the form in which one is, else the one of the composer. */
function submit(event) {
  const form = event.target.form ?? event.target.closest?.("form") ?? document.querySelector(".composer form");
  if (!form) return;
  event.preventDefault();
  const button = form.querySelector("[data-submit]");
  button ? button.click() : form.requestSubmit();
}

function onKey(event) {
  if (event.code === "Enter" && (event.ctrlKey || event.metaKey)) {
    if (!event.repeat) submit(event);
    return;
  }
  if (event.code === "Escape" && !document.querySelector("dialog[open]")) {
    leave(event);
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
