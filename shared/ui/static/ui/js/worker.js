/* The service worker of the citizens' site. The server puts FILES and VERSION before it.

   Pages come from the network alone: none is ever kept, for pages tell about people. Kept are the
   page for "no connection", static files (their names hold a hash), and, in IndexedDB, an answer of
   the journey that could not be sent: it is sent once the server answers, then deleted. It belongs to
   the draft that its page named: into the draft of another visit it is never sent, nor filled in
   unless its person asks for it. */
"use strict";

const CACHE = `insaf-${VERSION}`;
const HASHED = /^\/static\/.+\.[0-9a-f]{12}\./;
const JOURNEY = /^\/(ar|fr|en)\/submit\/(?!later|discard|competent-body)([\w-]+\/)?$/;
const DISCARD = /^\/(ar|fr|en)\/submit\/discard\/$/;
const SENT = /^\/(ar|fr|en)\/submit\/(receipt|waiting)\//;
const MILLISECONDS_KEPT = 30 * 24 * 3600 * 1000;
// Before its first answer a visit has no draft, and nothing tells it from the next one.
const MILLISECONDS_WITHOUT_DRAFT = 3600 * 1000;
const MILLISECONDS_FOR_THE_LINE = 5000;
// The draft whose check page was sent last: the receipt that follows says that it was filed.
let draftSent = null;

addEventListener("install", (event) => {
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll(FILES)).then(() => skipWaiting()));
});

addEventListener("activate", (event) => {
  event.waitUntil((async () => {
    for (const name of await caches.keys()) if (name !== CACHE) await caches.delete(name);
    await clients.claim();
  })());
});

addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (origin !== location.origin) return;
  if (request.method === "GET" && HASHED.test(pathname)) event.respondWith(file(request));
  else if (request.mode !== "navigate") return;
  else if (request.method === "GET") event.respondWith(page(request, pathname));
  // Back to a form that was sent: nothing is sent again, the page is read.
  else if (isOfHistory(request)) event.respondWith(Response.redirect(request.url, 303));
  else if (JOURNEY.test(pathname)) event.respondWith(answer(request, pathname));
  else if (DISCARD.test(pathname)) event.respondWith(discard(request));
});

const isOfHistory = (request) => request.isHistoryNavigation || request.cache === "only-if-cached";

/** A page. That a request fails is no proof that the line is gone: a browser refuses to make some. */
async function page(request, path) {
  if (SENT.test(path) && draftSent !== null) await forget((kept) => kept.draft === draftSent);
  const response = await fetch(request).catch(() => null);
  if (response) return response;
  const isThere = await fetch(FILES[0], {
    method: "HEAD", cache: "no-store", signal: AbortSignal.timeout(MILLISECONDS_FOR_THE_LINE),
  }).then(() => true, () => false);
  const asked = isThere && fetch(request.url, {
    headers: { Accept: "text/html" }, cache: "no-store", redirect: "manual",
  }).catch(() => null);
  return (await asked) || caches.match(FILES[0]);
}

async function file(request) {
  const kept = await caches.match(request);
  if (kept) return kept;
  const fetched = await fetch(request);
  if (fetched.ok) (await caches.open(CACHE)).put(request, fetched.clone());
  return fetched;
}

/** Send an answer; where no server takes it, keep it. A redirect says that the server has it. */
async function answer(request, path) {
  const copy = request.clone();
  const response = await fetch(request).catch(() => null);
  // 403: its token is of before a sign-in. It is sent once more, with a new one.
  if (!response || response.status === 403 || response.status >= 500) return keep(copy, path);
  if (response.type === "opaqueredirect") await taken(copy, path);
  return response;
}

async function keep(copy, path) {
  const kept = { path, url: copy.url, type: copy.headers.get("Content-Type"), at: Date.now() };
  kept.body = await copy.arrayBuffer();
  kept.draft = (await formOf(kept)).get("draft") ?? "";
  await stored("readwrite", (answers) => answers.put(kept));
  await registration.sync?.register("answers").catch(() => {});
  return Response.redirect(path.replace(/submit\/.*/, "kept/"), 303);
}

/** Forget what waited for this step in whatever language: the server has what was sent now. */
async function taken(copy, path) {
  const isFiled = stepOf(path) === "check/";
  if (!isFiled && !(await all()).length) return;
  const draft = (await copy.formData()).get("draft") ?? "";
  if (isFiled) draftSent = draft;
  await forget((kept) => stepOf(kept.path) === stepOf(path) && kept.draft === draft);
}

async function discard(request) {
  const response = await fetch(request);
  if (response.type === "opaqueredirect") await forget(() => true);
  return response;
}

const stepOf = (path) => path.replace(/^.*\/submit\//, "");
const formOf = ({ body, type }) => new Response(body, { headers: { "Content-Type": type } }).formData();

async function forget(isMeant) {
  for (const kept of await all()) {
    if (isMeant(kept)) await stored("readwrite", (answers) => answers.delete(kept.path));
  }
}

/** A browser that hears of no failure does not try again. */
addEventListener("sync", (event) => event.waitUntil((async () => {
  await send();
  await tell();
  if ((await all()).some((kept) => !kept.refused)) throw new Error("not sent yet");
})()));
addEventListener("message", (event) => {
  const { data, source } = event;
  if (data.fill) event.waitUntil(fill(source, data.fill, data.draft));
  else event.waitUntil((data === "forget" ? forget(() => true) : send()).then(() => tell()));
});

/** Give a page the fields of an answer that its person asks for: it is of this draft from now on. */
async function fill(client, path, draft) {
  const kept = (await all()).find((one) => one.path === path && one.refused);
  if (!kept) return;
  await stored("readwrite", (answers) => answers.put({ ...kept, draft }));
  client.postMessage({ fields: [...await formOf(kept)].filter(([, value]) => typeof value === "string") });
}

/** One at a time: the line may come back for several pages at once. */
const send = () => navigator.locks.request("answers", async () => {
  for (const kept of await all()) {
    if (Date.now() - kept.at > MILLISECONDS_KEPT) await stored("readwrite", (answers) => answers.delete(kept.path));
    else if (!kept.refused && !(await sent(kept))) return;
  }
});

/** Whether the next one may be tried: not while there is no line or the server is ill. */
async function sent(kept) {
  // The page first: it says whether the draft is still the one of this answer, and has a token.
  const shown = await fetch(kept.url, { cache: "no-store" }).catch(() => null);
  if (!mayGoOn(shown)) return false;
  const named = (name, html) => html.match(`name="${name}" value="(\\w*)"`)?.[1];
  const html = shown.redirected ? "" : await shown.text();
  const isOurs = named("draft", html) === kept.draft
    && (kept.draft || Date.now() - kept.at < MILLISECONDS_WITHOUT_DRAFT);
  if (!isOurs) return refused(kept);
  const body = await formOf(kept);
  body.set("csrfmiddlewaretoken", named("csrfmiddlewaretoken", html));
  const response = await fetch(kept.url, { method: "POST", body }).catch(() => null);
  if (!mayGoOn(response)) return false;
  if (!response.redirected) return refused(kept);
  await stored("readwrite", (answers) => answers.delete(kept.path));
  if (stepOf(kept.path) === "check/" && SENT.test(new URL(response.url).pathname)) {
    await forget((one) => one.draft === kept.draft);
  }
  await tell(response.url);
  return true;
}

const mayGoOn = (response) => response && response.status !== 429 && response.status < 500;

/** Its person has to look at it: it stays until they send it again or delete it. */
async function refused(kept) {
  await stored("readwrite", (answers) => answers.put({ ...kept, refused: true }));
  return true;
}

/** Say to every open page what is kept, and where to go on after a sending; nothing of the text. */
async function tell(next) {
  const kept = (await all()).map(({ path, refused, draft }) => ({ path, refused, draft }));
  for (const page of await clients.matchAll()) page.postMessage({ kept, next });
}

const all = () => stored("readonly", (answers) => answers.getAll());

function stored(mode, act) {
  return new Promise((done, fail) => {
    const opening = indexedDB.open("insaf", 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore("answers", { keyPath: "path" });
    opening.onerror = () => fail(opening.error);
    opening.onsuccess = () => {
      const change = opening.result.transaction("answers", mode);
      const asked = act(change.objectStore("answers"));
      change.oncomplete = () => { opening.result.close(); done(asked.result); };
      change.onabort = () => fail(change.error);
    };
  });
}
