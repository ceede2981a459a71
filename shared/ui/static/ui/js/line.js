/* When the line is gone: starts the service worker, shows what it keeps, fills it in again.
   Without it, and without script, everything works as long as there is a line. */
"use strict";

const own = location.pathname.split("/")[1];

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
    if (name === "csrfmiddlewaretoken" || name === "seal" || name === "later") continue;
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

function hear({ kept, next }) {
  const onKept = location.pathname.endsWith("/kept/");
  if (onKept && typeof next === "string" && !kept.length) { location.assign(next); return; }
  const refused = kept.find((one) => one.refused);
  show("waiting", kept.some((one) => !one.refused));
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
  workers.addEventListener("message", (event) => hear(event.data));
  await workers.register("/sw.js", { updateViaCache: "none" });
  const { active } = await workers.ready;
  const ask = (what) => active.postMessage(what);
  for (const button of document.querySelectorAll("[data-do]")) {
    button.addEventListener("click", () => ask(button.dataset.do));
  }
  addEventListener("online", () => ask("send"));
  ask("send");
}

/** A first visit does without the worker: it is fetched when there is something to lose. */
function isWanted() {
  return /\/(submit\/.|kept\/)/.test(location.pathname)
    || Boolean(navigator.serviceWorker.controller)
    || matchMedia("(display-mode: standalone)").matches;
}

chooseLanguage();
if (navigator.serviceWorker && isWanted()) addEventListener("load", () => start().catch(() => {}));
