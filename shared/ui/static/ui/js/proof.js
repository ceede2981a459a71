/* Does the sum that the page asks for, in a worker, while one reads one's answers again. Without
   script the page offers another way. */
"use strict";

function doTheSum(line) {
  const form = line.closest("form");
  const answer = form.querySelector("[name=altcha]");
  let waits = false;
  line.hidden = false;
  line.textContent = line.dataset.busy;
  const worker = new Worker(line.dataset.worker);
  worker.addEventListener("message", (event) => {
    answer.value = event.data;
    line.textContent = line.dataset.done;
    worker.terminate();
    if (waits) form.requestSubmit();
  });
  worker.addEventListener("error", () => {
    line.hidden = true;
    waits = false;
    answer.value = "none";
  });
  form.addEventListener("submit", (event) => {
    if (answer.value || form.querySelector("[name=code]")?.value) return;
    event.preventDefault();
    waits = true;
    line.scrollIntoView({ block: "center" });
  });
  worker.postMessage(line.dataset.proof);
}

for (const line of document.querySelectorAll("[data-proof]")) doTheSum(line);
// Files are sent without leaving the page: the part that comes back may ask for a sum.
document.addEventListener("part", (event) => {
  for (const line of event.detail.querySelectorAll("[data-proof]")) doTheSum(line);
});
