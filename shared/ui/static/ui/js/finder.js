/* The finder of bodies: suggestions under the control while one types (WAI-ARIA combobox with a list
   box). A topic among them leads to a second control that asks for the place. Without script the
   same forms search by their buttons. */
"use strict";

const WAIT = 200;
const LEAST = 2;
// Rows of suggestions that must be in sight, above the keyboard of a telephone.
const MIN_ROOM = 150;
const EDGE = 8;

// What is said to a screen reader. One for all forms: nobody hears what is said in a part of the page
// that has just been replaced.
const told = document.createElement("p");
told.className = "visually-hidden";
told.setAttribute("role", "status");
document.querySelector("[data-finder]")?.after(told);

function setUpFinder(form) {
  const input = form.querySelector("input[type=search]");
  const list = document.createElement("ul");
  let waiting = 0;
  let asked = null;
  let active = -1;

  list.id = input.name === "q" ? "finder-list" : `finder-list-${input.name}`;
  list.className = "finder-list";
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", form.querySelector("label").textContent);
  list.hidden = true;
  input.setAttribute("role", "combobox");
  input.setAttribute("aria-autocomplete", "list");
  input.setAttribute("aria-expanded", "false");
  input.setAttribute("aria-controls", list.id);
  input.after(list);

  function close() {
    // An answer that is still on its way would open the list again.
    clearTimeout(waiting);
    asked?.abort();
    list.hidden = true;
    active = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  }

  // The list must be seen above the keyboard: what is visible is what the keyboard leaves.
  function fit() {
    if (!form.isConnected) window.visualViewport?.removeEventListener("resize", fit);
    if (list.hidden) return;
    const seen = window.visualViewport ?? { height: innerHeight, offsetTop: 0 };
    const room = () => seen.height + seen.offsetTop - input.getBoundingClientRect().bottom - EDGE;
    list.style.maxBlockSize = "";
    const wanted = Math.min(list.scrollHeight, MIN_ROOM);
    if (room() < wanted) input.scrollIntoView({ block: "start" });
    list.style.maxBlockSize = `${Math.max(room(), list.firstElementChild.offsetHeight)}px`;
  }

  function point(to) {
    const options = [...list.children];
    if (list.hidden || !options.length) return;
    active = (to + options.length) % options.length;
    options.forEach((option, place) => {
      option.setAttribute("aria-selected", place === active ? "true" : "false");
    });
    input.setAttribute("aria-activedescendant", options[active].id);
    options[active].scrollIntoView({ block: "nearest" });
  }

  async function suggest() {
    asked?.abort();
    const words = input.value.trim();
    if (words.length < LEAST) return close();
    const request = new AbortController();
    asked = request;
    try {
      const joint = form.dataset.finder.includes("?") ? "&" : "?";
      const asks = `${joint}${input.name}=${encodeURIComponent(words)}`;
      const address = `${form.dataset.finder}${asks}`;
      const answer = await fetch(address, { signal: request.signal });
      // The button still searches.
      if (!answer.ok) return close();
      const page = new DOMParser().parseFromString(`<ul>${await answer.text()}</ul>`, "text/html");
      list.replaceChildren(...page.querySelectorAll("li"));
      [...list.children].forEach((option, place) => {
        option.id = `${list.id}-option-${place + 1}`;
      });
      active = -1;
      input.removeAttribute("aria-activedescendant");
      list.hidden = !list.children.length;
      input.setAttribute("aria-expanded", String(!list.hidden));
      fit();
      told.textContent = list.hidden ? form.dataset.none
        : `${form.dataset.found} ${list.children.length}`;
    } catch {
      if (!request.signal.aborted) close();
    }
  }

  async function choose(option) {
    const address = new URL(location.href);
    const change = address.searchParams.has("change") ? "change=1&" : "";
    const { topic, code } = option.dataset;
    address.search = `?${change}${topic ? `topic=${topic}` : `organisation=${code}`}`;
    address.hash = "";
    input.value = option.querySelector("strong").textContent;
    close();
    const answer = await fetch(address);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const found = page.getElementById("found");
    if (!answer.ok || !found) return location.assign(address);
    document.getElementById("found").replaceWith(found);
    history.replaceState(null, "", address);
    if (topic) {
      for (const asking of found.querySelectorAll("[data-finder]")) setUpFinder(asking);
      return found.querySelector("input[type=search]")?.focus();
    }
    told.textContent = form.dataset.chosen;
    found.querySelector("input:checked")?.focus();
  }

  input.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(suggest, WAIT);
  });
  input.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key === "ArrowDown") point(active + 1);
    else if (event.key === "ArrowUp") point(active < 0 ? -1 : active - 1);
    else if (event.key === "Escape" && !list.hidden) close();
    else if (event.key === "Enter" && active >= 0) choose(list.children[active]);
    else return;
    event.preventDefault();
  });
  // Before the control loses the focus, which would close the list under the finger.
  list.addEventListener("pointerdown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => {
    const option = event.target.closest("[role=option]");
    if (option) choose(option);
  });
  input.addEventListener("blur", close);
  // The keyboard comes or goes.
  window.visualViewport?.addEventListener("resize", fit);
}

for (const form of document.querySelectorAll("[data-finder]")) setUpFinder(form);
