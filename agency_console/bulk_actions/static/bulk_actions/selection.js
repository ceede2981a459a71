/* How many cases of a list are chosen, and Shift to choose from one to another. */
"use strict";

const bar = document.querySelector("[data-bulk]");
const boxes = () => [...document.querySelectorAll('#cases input[name="case"]')];
let last = null;

/** Without script nobody would change the number, so it is hidden until here. */
function count() {
  const which = bar.querySelector("[data-bulk-which]").selectedOptions[0];
  const checked = boxes().filter((box) => box.checked).length;
  const number = bar.querySelector("[data-bulk-number]");
  const shown = which.dataset.count ?? (which.value === "matching" ? "…" : String(checked));
  bar.querySelector("[data-bulk-count]").hidden = false;
  if (number.textContent !== shown) number.textContent = shown;
}

if (bar) {
  document.addEventListener("click", (event) => {
    const box = event.target;
    if (!(box instanceof HTMLInputElement) || box.name !== "case") return;
    const all = boxes();
    if (event.shiftKey && last && all.includes(last)) {
      const [from, to] = [all.indexOf(last), all.indexOf(box)].sort((a, b) => a - b);
      for (const one of all.slice(from, to + 1)) one.checked = box.checked;
    }
    last = box;
    count();
  });
  bar.addEventListener("change", count);
  document.addEventListener("change", count);
  count();
}
