/* The service worker of the citizens' site. The server puts FILES and VERSION before it.

   Pages come from the network alone: none is ever kept, for pages tell about people. Kept are the
   page for "no connection", static files (their names hold a hash), and, in IndexedDB, an answer of
   the journey that could not be sent: it is sent once the line is back, then deleted. */
"use strict";

const CACHE = `insaf-${VERSION}`;
const HASHED = /^\/static\/.+\.[0-9a-f]{12}\./;
const JOURNEY = /^\/(ar|fr|en)\/submit\/(?!receipt|later|discard)/;
const MILLISECONDS_KEPT = 30 * 24 * 3600 * 1000;

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
  else if (request.method === "GET") event.respondWith(fetch(request).catch(() => caches.match(FILES[0])));
  else if (JOURNEY.test(pathname)) event.respondWith(answer(request, pathname));
});

async function file(request) {
  const kept = await caches.match(request);
  if (kept) return kept;
  const fetched = await fetch(request);
  if (fetched.ok) (await caches.open(CACHE)).put(request, fetched.clone());
  return fetched;
}

/** Send an answer; without a line, keep it. A redirect says that the server has it. */
async function answer(request, path) {
  const copy = request.clone();
  try {
    const response = await fetch(request);
    if (response.type === "opaqueredirect") await stored("readwrite", (answers) => answers.delete(path));
    return response;
  } catch {
    const kept = { path, url: copy.url, type: copy.headers.get("Content-Type"), at: Date.now() };
    kept.body = await copy.arrayBuffer();
    await stored("readwrite", (answers) => answers.put(kept));
    await registration.sync?.register("answers").catch(() => {});
    return Response.redirect(path.replace(/submit\/.*/, "kept/"), 303);
  }
}

/** A browser that hears of no failure does not try again. */
addEventListener("sync", (event) => event.waitUntil((async () => {
  await send();
  await tell();
  if ((await all()).some((kept) => !kept.refused)) throw new Error("not sent yet");
})()));
addEventListener("message", (event) => {
  const forget = () => stored("readwrite", (answers) => answers.clear());
  event.waitUntil((event.data === "forget" ? forget() : send()).then(tell));
});

/** One at a time: the line may come back for several pages at once. */
const send = () => navigator.locks.request("answers", async () => {
  for (const kept of await all()) {
    if (Date.now() - kept.at > MILLISECONDS_KEPT) await stored("readwrite", (answers) => answers.delete(kept.path));
    else if (!kept.refused && !(await sent(kept))) return;
  }
});

/** Whether the next one may be tried: not while there is no line or the server is ill. */
async function sent(kept) {
  const response = await fetch(kept.url, {
    method: "POST", body: kept.body, headers: { "Content-Type": kept.type },
  }).catch(() => null);
  if (!response || response.status === 429 || response.status >= 500) return false;
  // Back at the first question: the server has forgotten who this is, and so has not taken it.
  const start = kept.path.replace(/submit\/.*/, "submit/");
  if (response.redirected && new URL(response.url).pathname !== start) {
    await stored("readwrite", (answers) => answers.delete(kept.path));
    await tell(response.url);
  } else {
    await stored("readwrite", (answers) => answers.put({ ...kept, refused: true }));
  }
  return true;
}

/** Say to every open page what is kept, and where to go on after a sending. */
async function tell(next) {
  const kept = [];
  for (const { path, refused, body, type } of await all()) {
    const form = refused ? await new Response(body, { headers: { "Content-Type": type } }).formData() : [];
    kept.push({ path, refused, fields: [...form].filter(([, value]) => typeof value === "string") });
  }
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
