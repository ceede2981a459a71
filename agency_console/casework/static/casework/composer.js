/* What script adds to the composer of a case: it saves what is typed, says so to colleagues, and
   puts the focus where one goes on. Without script the same buttons lead to the same pages. */
"use strict";

// What is typed is never longer than this in the browser alone.
const SAVED_EVERY = 4000;

let timer = null;
let isDirty = false;
let underWay = Promise.resolve();

const composer = () => document.querySelector("[data-composer]");

function say(words, isSaved = true) {
  const place = composer()?.querySelector("[data-saved]");
  if (!place || !words) return;
  place.textContent = words;
  place.classList.toggle("composer-unsaved", !isSaved);
}

async function send(form, url) {
  const answer = await typed.post(url, form, { keepalive: document.hidden });
  // No connection: the text is still in the page, and the next try comes by itself.
  if (answer) note(form, answer);
  else tryLater(composer()?.dataset.offlineWords);
}

function note(form, answer) {
  const { known } = answer;
  let { words } = answer;
  const token = form.querySelector("[name=known]");
  if (known && token) token.value = known;
  if (answer.status === 200 && known) return say(words);
  words ||= composer()?.dataset.refusedWords;
  // Signed out: it is saved as soon as the same person has signed in again.
  if (answer.status === 401) {
    isDirty = true;
    return say(words, false);
  }
  if (answer.status >= 500 || answer.status === 429) return tryLater(words);
  say(words, false);
  // Too long: once it is changed. Anything else stays as it is until the page is loaded again.
  if (![400, 413].includes(answer.status)) form.dataset.refused = "";
}

function tryLater(words) {
  isDirty = true;
  schedule();
  say(words, false);
}

/** Save now; one after the other, or an older text could come last. */
function save() {
  clearTimeout(timer);
  timer = null;
  const form = composer()?.querySelector(".composer-form");
  if (!isDirty || !form || "refused" in form.dataset) return underWay;
  isDirty = false;
  // Another form may stand in its place by the time the one before is saved.
  const url = composer().dataset.saveUrl;
  underWay = underWay.then(() => send(form, url));
  return underWay;
}

function schedule() {
  timer ??= setTimeout(save, SAVED_EVERY);
}

function begun(event) {
  const form = event.target.closest?.("[data-composer] .composer-form");
  if (!form || "refused" in form.dataset || event.target.type === "file") return;
  isDirty = true;
  schedule();
}

/** To what has to be put right, else to the button that sends, else to the first field. */
function focusComposer() {
  const place = document.getElementById("composer");
  const target = place?.querySelector("[data-focus]")
    ?? place?.querySelector("[autofocus]")
    ?? place?.querySelector(".composer-grid :is(input:not([type=hidden]), textarea, select)");
  // The last words of the thread first: the composer stays below them.
  const thread = document.getElementById("thread");
  (thread?.querySelector(".thread > li:last-child") ?? thread?.lastElementChild)?.scrollIntoView({ block: "end" });
  target?.focus();
  target?.scrollIntoView({ block: "nearest" });
}

document.addEventListener("input", begun);
document.addEventListener("change", begun);
document.addEventListener("signed-in", () => {
  delete composer()?.querySelector(".composer-form")?.dataset.refused;
  isDirty = true;
  save();
});
document.addEventListener("focusout", (event) => {
  if (event.target.closest?.("[data-composer]")) save();
});
addEventListener("pagehide", save);
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "hidden") save();
});

/* What is sent with its form is not saved beside it: as the page goes, a note that stands in the
   case already would be kept once more, as a draft. */
document.addEventListener("submit", (event) => {
  if (event.defaultPrevented || !event.target.closest("[data-composer] .composer-form")) return;
  clearTimeout(timer);
  timer = null;
  isDirty = false;
});

/* Files that were chosen are put beside the text at once. */
document.addEventListener("change", (event) => {
  if (event.target.type !== "file" || !event.target.files.length) return;
  event.target.closest("form")?.querySelector("[data-attach]")?.click();
});

/* Another form in the place of this one: what is typed is saved first, or it would be shown old. */
document.addEventListener("htmx:confirm", (event) => {
  if (!isDirty || !event.target.closest("#composer")) return;
  event.preventDefault();
  save().then(() => event.detail.issueRequest(true));
});

/* A conflict is a page like any other: it shows both texts. */
document.addEventListener("htmx:beforeSwap", (event) => {
  const isPart = event.detail.xhr.getResponseHeader("Content-Type")?.startsWith("text/html");
  if (event.detail.xhr.status === 409 && isPart) {
    event.detail.shouldSwap = true;
    event.detail.isError = false;
  }
});

document.addEventListener("htmx:afterSettle", (event) => {
  if (event.detail.target?.id !== "composer" && event.detail.elt?.id !== "composer") return;
  const place = document.getElementById("composer");
  place.dispatchEvent(new CustomEvent("part", { detail: place, bubbles: true }));
  focusComposer();
});

if (new URLSearchParams(location.search).has("write") || document.querySelector("#composer .error-summary")) focusComposer();
