/* The page of long work, whose part with data-job-say htmx fetches anew each second. */
"use strict";

const job = () => document.querySelector("[data-job-say]");

/** Told once for each step: a part that changes each second would be read out each second. */
function sayStep() {
  const line = document.querySelector("[data-job-said]");
  const words = job()?.dataset.jobSay ?? "";
  if (line && line.textContent !== words) line.textContent = words;
}

document.addEventListener("htmx:afterSwap", () => {
  // Once it is over, what stands around it has something new to say as well.
  if (!job()?.hasAttribute("hx-get")) location.reload();
  else sayStep();
});
