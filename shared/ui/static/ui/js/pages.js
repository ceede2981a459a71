/* What script adds to pages that work without it: focus on errors, copying, names of chosen files,
   characters left, folded parts that open for a link and for paper. */
"use strict";

document.documentElement.classList.add("js");

/** Screen readers and keyboards start at what has to be put right. */
function focusErrors() {
  document.querySelector("[data-focus]")?.focus();
}

function copyButtons() {
  if (!navigator.clipboard) return;
  for (const button of document.querySelectorAll("[data-copy]")) {
    button.hidden = false;
    const words = button.textContent;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(button.dataset.copy);
      button.textContent = button.dataset.done;
      setTimeout(() => { button.textContent = words; }, 3000);
    });
  }
}

function fileNames(part = document) {
  for (const box of part.querySelectorAll("[data-file]")) {
    const input = box.querySelector("input[type=file]");
    const names = box.querySelector(".file-names");
    const none = names.textContent;
    input.addEventListener("change", () => {
      names.textContent = [...input.files].map((file) => file.name).join(", ") || none;
    });
  }
}

const MILLISECONDS_BEFORE_IT_IS_SAID = 1000;

/** The line under a control that counts; one for a single line is there only while that is too long. */
function countingLine(control, isTooLong) {
  const id = CSS.escape(control.id);
  let line = document.querySelector(`[data-count-for="${id}"], [data-too-long-for="${id}"]`);
  if (!line && isTooLong) {
    line = document.createElement("p");
    line.className = "hint number";
    line.dataset.tooLongFor = control.id;
    control.after(line);
  }
  if (line?.dataset.tooLongFor && !isTooLong) line.remove();
  return line?.isConnected ? line : null;
}

/** How many characters are left, or too many: nothing is cut off, and the server counts again. */
function charactersLeft() {
  const status = document.createElement("p");
  status.className = "visually-hidden";
  status.setAttribute("role", "status");
  document.body.append(status);
  let pause;
  document.addEventListener("input", ({ target }) => {
    const most = Number(target.dataset.maxlength);
    if (!most) return;
    // As the server counts: a sign of two halves is one.
    const left = most - [...target.value].length;
    const line = countingLine(target, left < 0);
    const words = left < 0 ? `${document.body.dataset.tooLong} ${-left}` : `${line?.dataset.words} ${left}`;
    if (line) line.textContent = words;
    line?.classList.toggle("error-text", left < 0);
    clearTimeout(pause);
    // Not at each letter, and not while there is much room.
    const said = left < most / 10 && line ? words : "";
    pause = setTimeout(() => { status.textContent = said; }, MILLISECONDS_BEFORE_IT_IS_SAID);
  });
}

const MILLISECONDS_BEFORE_A_SECOND_TRY = 5000;

/** A second click on the same button, while the first is on its way, sends nothing. */
function sendOnce() {
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post" || event.defaultPrevented) return;
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "yes";
    // A download leaves the page in place, and so does a click on Stop.
    setTimeout(() => { delete form.dataset.sent; }, MILLISECONDS_BEFORE_A_SECOND_TRY);
  });
  // A page brought back from the browser's memory may be sent again.
  addEventListener("pageshow", () => {
    for (const form of document.forms) delete form.dataset.sent;
  });
}

/** A link into a folded part opens it, also where the browser does not; on paper all parts are open. */
function folds() {
  const open = () => {
    const target = document.getElementById(location.hash.slice(1));
    const fold = target?.closest("details");
    if (!fold || fold.open) return;
    fold.open = true;
    target.scrollIntoView();
  };
  open();
  addEventListener("hashchange", open);
  let opened = [];
  addEventListener("beforeprint", () => {
    opened = [...document.querySelectorAll("details.fold:not([open])")];
    for (const fold of opened) fold.open = true;
  });
  addEventListener("afterprint", () => {
    for (const fold of opened) fold.open = false;
  });
}

/** A first visit does without the worker and its script: they are fetched when there is something
    to lose. */
function connection() {
  const address = document.querySelector("meta[name=connection]")?.content;
  const isWanted = /\/submit\/./.test(location.pathname)
    || Boolean(navigator.serviceWorker?.controller)
    || matchMedia("(display-mode: standalone)").matches;
  if (!address || !navigator.serviceWorker || !isWanted) return;
  const script = document.createElement("script");
  script.src = address;
  document.head.append(script);
}

connection();
folds();
focusErrors();
copyButtons();
fileNames();
// A part of the page that came anew.
document.addEventListener("part", (event) => fileNames(event.detail));
charactersLeft();
sendOnce();
