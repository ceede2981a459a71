"use strict";

/** Passkeys: what a form marked data-passkey sends is made by the browser's own dialog. */

async function optionsOf(form) {
  if (form.dataset.passkey === "create") {
    return JSON.parse(document.getElementById("passkey-options").textContent).creation_options;
  }
  const answer = await fetch(form.dataset.options, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(`passkey options: ${answer.status}`);
  return (await answer.json()).request_options;
}

function passkeyForms() {
  if (!window.PublicKeyCredential || !window.webauthnJSON) return;
  for (const words of document.querySelectorAll("[data-passkey-missing]")) words.hidden = true;
  for (const form of document.querySelectorAll("[data-passkey]")) {
    const failed = form.querySelector("[data-passkey-failed]");
    form.hidden = false;
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      failed.hidden = true;
      try {
        const made = await window.webauthnJSON[form.dataset.passkey](await optionsOf(form));
        form.elements.credential.value = JSON.stringify(made);
        // Not requestSubmit: that would come back to this listener.
        form.submit();
      } catch {
        // The person closed the dialog, or the device has no passkey for this site.
        failed.hidden = false;
      }
    });
  }
}

passkeyForms();
