/* When there is no connection: starts the service worker, shows what it keeps, fills it in again.
   Without it, and without script, everything works as long as there is a connection. */
"use strict";

const own = location.pathname.split("/")[1];
const MILLISECONDS_BEFORE_ANOTHER_TRY = 1500;
const LONGEST_MILLISECONDS_BETWEEN = 60000;
const NOT_TYPED = new Set(["csrfmiddlewaretoken", "seal", "shown", "draft", "later", "goto"]);
// The address of the answer that its person wants to see again, as far as this window goes.
const WANTED = "kept-answer";

/** The browser says once that it is online again, and often too early: while an answer waits and
    somebody looks, it is tried again, ever more seldom, and never given up. */
class Trying {
  constructor(send) {
    this.send = send;
    addEventListener("online", () => this.now());
    document.addEventListener("visibilitychange", () => { if (!document.hidden) this.now(); });
  }

  now() {
    this.rest();
    this.send();
  }

  heard(waits) {
    if (!waits) this.rest();
    else if (!this.timer) this.later(MILLISECONDS_BEFORE_ANOTHER_TRY);
  }

  later(pause) {
    this.timer = setTimeout(() => {
      this.later(Math.min(pause * 2, LONGEST_MILLISECONDS_BETWEEN));
      if (navigator.onLine && !document.hidden) this.send();
    }, pause);
  }

  rest() {
    clearTimeout(this.timer);
    this.timer = null;
  }
}

/** The page for "no connection" is one for all languages and all addresses. */
function chooseLanguage() {
  const section = document.querySelector(`[data-language="${CSS.escape(own)}"]`);
  if (!section) return;
  for (const other of document.querySelectorAll("[data-language]")) other.hidden = other !== section;
  document.documentElement.lang = section.lang;
  document.documentElement.dir = section.dir;
  document.title = section.dataset.title;
  if (!location.pathname.endsWith("/kept/")) return;
  show("kept", true);
  show("offline", false);
}

function show(when, is) {
  for (const part of document.querySelectorAll(`[data-when="${when}"]`)) part.hidden = !is;
}

function strip(name, is) {
  const line = document.querySelector(`[data-strip="${name}"]`);
  if (line) line.hidden = !is;
}

/** Put back what was written, into what is still empty. */
function fill(fields) {
  let filled = false;
  for (const [name, value] of fields) {
    if (NOT_TYPED.has(name)) continue;
    for (const control of document.querySelectorAll(`main form[method=post] [name="${CSS.escape(name)}"]`)) {
      const choice = control.matches("[type=radio], [type=checkbox]");
      if (choice ? control.value !== value : control.value) continue;
      if (choice) control.checked = true;
      else control.value = value;
      control.dispatchEvent(new Event("input", { bubbles: true }));
      filled = true;
    }
  }
  return filled;
}

const hasWaiting = (kept) => kept.some((one) => !one.refused);

const stepOf = (path) => path.replace(/^.*\/submit\//, "");

/** Ask for an answer of this page: one of the same draft, or one that its person wants to see. */
function askForOwn(kept, ask) {
  const draft = document.querySelector('main form[method=post] [name="draft"]')?.value;
  if (draft === undefined) return false;
  const here = kept.find((one) => one.refused && stepOf(one.path) === stepOf(location.pathname)
    && ((draft && one.draft === draft) || sessionStorage.getItem(WANTED) === one.path));
  if (here) ask({ fill: here.path, draft });
  return Boolean(here);
}

function hear({ kept, next, fields }, ask) {
  if (fields) { strip("filled", fill(fields)); return; }
  const onKept = location.pathname.endsWith("/kept/");
  if (onKept && typeof next === "string" && !kept.length) { location.assign(next); return; }
  const refused = kept.find((one) => one.refused);
  show("waiting", hasWaiting(kept));
  show("refused", Boolean(refused));
  show("empty", !kept.length);
  show("some", kept.length > 0);
  for (const link of document.querySelectorAll("[data-again]")) {
    if (!refused) continue;
    link.href = refused.path;
    link.onclick = () => sessionStorage.setItem(WANTED, refused.path);
  }
  strip("kept", !askForOwn(kept, ask) && kept.length > 0);
}

async function start() {
  const workers = navigator.serviceWorker;
  let trying = null;
  // Asked for anew each time: a page may wait for longer than a worker lives.
  const ask = async (what) => (await workers.ready).active.postMessage(what);
  workers.addEventListener("message", ({ data }) => {
    hear(data, ask);
    if (data.kept) trying?.heard(hasWaiting(data.kept));
  });
  await workers.register("/sw.js", { updateViaCache: "none" });
  await workers.ready;
  for (const button of document.querySelectorAll("[data-do]")) {
    button.addEventListener("click", () => ask(button.dataset.do));
  }
  trying = new Trying(() => ask("send"));
  trying.now();
}

chooseLanguage();
if (navigator.serviceWorker) addEventListener("load", () => start().catch(() => {}));
