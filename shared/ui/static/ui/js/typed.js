/* Keeps what somebody types when a session, a token, a server or a browser ends.

   What is typed into a longer form is kept on the server every few seconds. Before such a form is
   sent, the server is asked whether it answers and who is signed in: the page stays as it is where
   it does not. Signing in again in another tab is noticed, and the new token put into every form.
   Without script the server does the same with what was sent. */
"use strict";

const typed = (() => {
  const SAVED_EVERY = 4000;
  const LONGEST_WAIT = 5000;
  const place = () => document.getElementById("page-words");
  const keyOf = (form) => form.elements.namedItem("form_key")?.value ?? "";
  let isSignedOut = false;

  function say(words, { signIn = false } = {}) {
    const line = place();
    if (!line) return;
    const text = line.querySelector("[data-words]");
    line.hidden = !words;
    // The same words again would be read out again.
    if (text.textContent !== words) text.textContent = words;
    line.querySelector("[data-sign-in]").hidden = !signIn;
  }

  function signedOut(words) {
    isSignedOut = true;
    say(words, { signIn: true });
  }

  const failed = () => say(place()?.dataset.failed ?? "");
  const offline = () => say(place()?.dataset.offline ?? "");

  /** Ask as a script: the answer is words, never a page. `null`: nobody answered. */
  async function ask(url, options = {}) {
    const headers = { Accept: "application/json", ...options.headers };
    try {
      const answer = await fetch(url, { cache: "no-store", ...options, headers });
      return { status: answer.status, reason: answer.headers.get("Insaf-Reason"), ...(await answer.json().catch(() => ({}))) };
    } catch {
      return null;
    }
  }

  /** Put the token that is valid now into every form. What it returns says how that went. */
  async function renew(form = document.querySelector("form:has([name=form_key])")) {
    if (!form || !place()) return null;
    const answer = await ask(place().dataset.typedUrl, {
      headers: { "Insaf-Form-Key": keyOf(form), "Insaf-Poll": "1" }, signal: AbortSignal.timeout(LONGEST_WAIT),
    });
    if (answer?.token) {
      for (const field of document.getElementsByName("csrfmiddlewaretoken")) field.value = answer.token;
      if (isSignedOut) {
        isSignedOut = false;
        say(place().dataset.signedIn);
        document.dispatchEvent(new Event("signed-in"));
      }
    }
    return answer;
  }

  /** Send a form's values; with a token that was renewed in another tab once more. */
  async function post(url, form, options = {}) {
    const once = () => ask(url, { method: "POST", body: values(form), ...options });
    let answer = await once();
    if (answer?.reason === "renewed" && (await renew(form))?.token) answer = await once();
    if (answer?.status === 401) signedOut(answer.words);
    return answer;
  }

  /** The fields as they stand; files go with their own button. */
  function values(form) {
    const data = new URLSearchParams();
    for (const [name, value] of new FormData(form)) if (typeof value === "string") data.append(name, value);
    return data;
  }

  /* Saving what is typed ---------------------------------------------------------------------- */

  const isKept = (form) => form?.method === "post" && keyOf(form) && form.querySelector("textarea")
    && !form.closest("[data-composer]");
  const changed = new Set();
  let timer = null;
  let running = Promise.resolve();

  function noteSaved(form, words) {
    let line = form.querySelector("[data-typed-saved]");
    if (!line) {
      line = document.createElement("p");
      line.className = "muted";
      line.dataset.typedSaved = "";
      form.append(line);
    }
    line.textContent = words ?? "";
  }

  /** One after the other, or an older text could come last. */
  function save({ keepalive = false } = {}) {
    clearTimeout(timer);
    timer = null;
    const forms = [...changed];
    changed.clear();
    running = running.then(() => saveAll(forms, keepalive)).catch(failed);
    return running;
  }

  async function saveAll(forms, keepalive) {
    for (const form of forms) {
      const answer = await post(place().dataset.typedUrl, form, { keepalive, signal: AbortSignal.timeout(LONGEST_WAIT) });
      if (answer?.status === 200) {
        noteSaved(form, answer.words);
        if (!isSignedOut) say("");
      } else if (!answer || answer.status >= 500 || answer.status === 401) {
        changed.add(form);
        if (answer?.status !== 401) noteSaved(form, answer ? place().dataset.failed : place().dataset.offline);
        if (!isSignedOut) schedule();
      } else {
        noteSaved(form, answer.words);
      }
    }
  }

  function begun(event) {
    const { form } = event.target;
    if (!isKept(form) || !place() || event.target.type === "file") return;
    changed.add(form);
    if (!isSignedOut) schedule();
  }

  function schedule() {
    timer ??= setTimeout(save, SAVED_EVERY);
  }

  document.addEventListener("input", begun);
  document.addEventListener("change", begun);
  document.addEventListener("focusout", (event) => { if (changed.has(event.target.form)) save(); });
  document.addEventListener("visibilitychange", () => { if (document.hidden && changed.size) save({ keepalive: true }); });
  document.addEventListener("signed-in", () => { if (changed.size) save(); });

  /* Sending ------------------------------------------------------------------------------------ */

  const checked = new WeakSet();
  const failedOnce = new WeakSet();

  /** The page is left only for a server that answers, and for the person who typed. What is being
      saved is saved first: the answer to the form deletes it. */
  async function check(form, button) {
    await running;
    // Not while the browser is still telling of the first press: it would ignore the second.
    await new Promise((done) => setTimeout(done));
    // Of the filing a service worker keeps what could not be sent, and sends it later.
    const isKeptByWorker = navigator.serviceWorker?.controller && location.pathname.includes("/submit/");
    const answer = isKeptByWorker ? { token: "" } : await renew(form);
    const isWrong = (!answer || answer.status >= 500) && !failedOnce.has(form);
    if (!navigator.onLine && !isKeptByWorker) offline();
    else if (answer?.status === 401) signedOut(answer.words);
    else if (answer?.status === 403) say(answer.words);
    else if (isWrong) {
      // A slow line is not a dead one: pressed once more, it is sent.
      failedOnce.add(form);
      (answer ? failed : offline)();
    } else {
      // Also where that address is of no help: the form is what counts.
      checked.add(form);
      form.requestSubmit(button);
      return;
    }
    // Still here: what is typed is saved as before.
    changed.add(form);
    if (!isSignedOut) schedule();
  }

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!isKept(form) || !place()) return;
    changed.delete(form);
    if (checked.delete(form)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    check(form, event.submitter ?? undefined);
  }, true);

  /* Parts that htmx asks for ------------------------------------------------------------------- */

  const asked = new WeakSet();

  document.addEventListener("htmx:responseError", async ({ detail: { xhr, elt } }) => {
    const isWords = xhr.getResponseHeader("Content-Type")?.startsWith("text/plain");
    if (xhr.status === 401) signedOut(isWords ? xhr.responseText : "");
    else if (xhr.getResponseHeader("Insaf-Reason") === "renewed" && !asked.has(elt)) {
      asked.add(elt);
      if ((await renew())?.token) elt.click();
    } else if (isWords) say(xhr.responseText);
    else failed();
  });
  for (const name of ["htmx:sendError", "htmx:timeout"]) document.addEventListener(name, offline);
  document.addEventListener("htmx:afterOnLoad", ({ detail }) => {
    const { xhr, elt } = detail;
    if (xhr.status >= 400) return;
    asked.delete(elt);
    // A part that asks for itself says nothing of what somebody sent.
    const isPoll = detail.requestConfig?.headers["Insaf-Poll"];
    if (isSignedOut) renew();
    else if (!isPoll) say("");
  });

  /* Coming back from the tab in which somebody signed in. */
  const back = () => { if (isSignedOut && !document.hidden) renew(); };
  document.addEventListener("visibilitychange", back);
  addEventListener("focus", back);

  return { post, offline };
})();
