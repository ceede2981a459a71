/* When there is no connection: starts the service worker, shows what it keeps, fills it in again.
   Without it, and without script, everything works as long as there is a connection. */
"use strict";

const own = location.pathname.split("/")[1];
const MILLISECONDS_BEFORE_ANOTHER_TRY = 1500;
const LONGEST_MILLISECONDS_BETWEEN = 60000;

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
    if (name === "csrfmiddlewaretoken" || name === "seal" || name === "later" || name === "goto") continue;
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

function hear({ kept, next }) {
  const onKept = location.pathname.endsWith("/kept/");
  if (onKept && typeof next === "string" && !kept.length) { location.assign(next); return; }
  const refused = kept.find((one) => one.refused);
  show("waiting", hasWaiting(kept));
  show("refused", Boolean(refused));
  show("empty", !kept.length);
  show("some", kept.length > 0);
  for (const link of document.querySelectorAll("[data-again]")) if (refused) link.href = refused.path;
  const here = kept.find((one) => one.refused && one.path === location.pathname);
  strip("filled", Boolean(here && fill(here.fields)));
  strip("kept", kept.length > 0 && !here);
}

async function start() {
  const workers = navigator.serviceWorker;
  let trying = null;
  workers.addEventListener("message", ({ data }) => {
    hear(data);
    trying?.heard(hasWaiting(data.kept));
  });
  await workers.register("/sw.js", { updateViaCache: "none" });
  const registration = await workers.ready;
  // Asked for anew each time: a page may wait for longer than a worker lives.
  const ask = (what) => registration.active.postMessage(what);
  for (const button of document.querySelectorAll("[data-do]")) {
    button.addEventListener("click", () => ask(button.dataset.do));
  }
  trying = new Trying(() => ask("send"));
  trying.now();
}

/** A first visit does without the worker: it is fetched when there is something to lose. */
function isWanted() {
  return /\/(submit\/.|kept\/)/.test(location.pathname)
    || Boolean(navigator.serviceWorker.controller)
    || matchMedia("(display-mode: standalone)").matches;
}

chooseLanguage();
if (navigator.serviceWorker && isWanted()) addEventListener("load", () => start().catch(() => {}));
