/* Suggestions while somebody types. Everything they lead to can be reached without them.

   An empty box names where to ask and what is typed:
     <div data-suggest="/fr/answers/suggestions/" data-suggest-from="id_subject" aria-live="polite"></div>
   data-suggest-organisation="CODE" puts that body's answers first; data-suggest-tab opens them in a
   new tab, for a form that must stay open. What comes back is our own page's piece, already escaped.
   Words go to no store and into no log. */
"use strict";

const MILLISECONDS_OF_QUIET = 300;
const LEAST_LETTERS = 3;
const MOST_LETTERS = 200;

function suggest(box) {
  const control = document.getElementById(box.dataset.suggestFrom);
  if (!control) return;
  let timer = 0;
  let asked = "";
  let running = null;

  async function ask() {
    const words = control.value.trim().slice(0, MOST_LETTERS);
    if (words === asked) return;
    asked = words;
    running?.abort();
    if (words.length < LEAST_LETTERS) {
      box.replaceChildren();
      return;
    }
    running = new AbortController();
    const query = new URLSearchParams({ q: words });
    if (box.dataset.suggestOrganisation) query.set("organisation", box.dataset.suggestOrganisation);
    if ("suggestTab" in box.dataset) query.set("tab", "new");
    try {
      const answer = await fetch(`${box.dataset.suggest}?${query}`, { signal: running.signal });
      const piece = answer.ok ? await answer.text() : "";
      // An answer that comes after more was typed is an answer to something else.
      if (words === asked) box.innerHTML = piece;
    } catch {
      // No network, or more was typed meanwhile: the page does without suggestions.
    }
  }

  control.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, MILLISECONDS_OF_QUIET);
  });
}

for (const box of document.querySelectorAll("[data-suggest]")) suggest(box);
