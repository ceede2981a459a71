/* The finder of bodies: suggestions under the control while one types (WAI-ARIA combobox with a list
   box). Without script the same form searches by its button. */
"use strict";

const WAIT = 200;
const LEAST = 2;

function setUpFinder(form) {
  const input = form.querySelector("input[type=search]");
  const list = document.createElement("ul");
  const told = document.createElement("p");
  let waiting = 0;
  let asked = null;
  let active = -1;

  list.id = "finder-list";
  list.className = "finder-list";
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", form.querySelector("label").textContent);
  list.hidden = true;
  told.className = "visually-hidden";
  told.setAttribute("role", "status");
  input.setAttribute("role", "combobox");
  input.setAttribute("aria-autocomplete", "list");
  input.setAttribute("aria-expanded", "false");
  input.setAttribute("aria-controls", list.id);
  input.after(list, told);

  function close() {
    // An answer that is still on its way would open the list again.
    clearTimeout(waiting);
    asked?.abort();
    list.hidden = true;
    active = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
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
      const address = `${form.dataset.finder}?q=${encodeURIComponent(words)}`;
      const answer = await fetch(address, { signal: request.signal });
      // The button still searches.
      if (!answer.ok) return close();
      const page = new DOMParser().parseFromString(`<ul>${await answer.text()}</ul>`, "text/html");
      list.replaceChildren(...page.querySelectorAll("li"));
      active = -1;
      input.removeAttribute("aria-activedescendant");
      list.hidden = !list.children.length;
      input.setAttribute("aria-expanded", String(!list.hidden));
      told.textContent = list.hidden ? form.dataset.none
        : `${form.dataset.found} ${list.children.length}`;
    } catch {
      if (!request.signal.aborted) close();
    }
  }

  async function choose(option) {
    const address = new URL(location.href);
    const change = address.searchParams.has("change") ? "change=1&" : "";
    address.search = `?${change}organisation=${option.dataset.code}`;
    address.hash = "";
    input.value = option.querySelector("strong").textContent;
    close();
    const answer = await fetch(address);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const found = page.getElementById("found");
    if (!answer.ok || !found) return location.assign(address);
    document.getElementById("found").replaceWith(found);
    history.replaceState(null, "", address);
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
}

for (const form of document.querySelectorAll("[data-finder]")) setUpFinder(form);
