/* The sum itself, in the form of ALTCHA 2: find the counter whose derived key begins as asked. */
"use strict";

const bytes = (hex) => Uint8Array.from(hex.match(/../g), (pair) => parseInt(pair, 16));
const hex = (buffer) => [...new Uint8Array(buffer)]
  .map((one) => one.toString(16).padStart(2, "0")).join("");

addEventListener("message", async (event) => {
  const challenge = JSON.parse(event.data);
  const asked = challenge.parameters;
  const nonce = bytes(asked.nonce);
  const password = new Uint8Array(nonce.length + 4);
  const rule = {
    name: "PBKDF2", hash: asked.algorithm.split("/")[1], salt: bytes(asked.salt),
    iterations: asked.cost,
  };
  password.set(nonce);
  for (let counter = 0; ; counter += 1) {
    new DataView(password.buffer).setUint32(nonce.length, counter);
    const key = await crypto.subtle.importKey("raw", password, "PBKDF2", false, ["deriveBits"]);
    const derived = hex(await crypto.subtle.deriveBits(rule, key, asked.keyLength * 8));
    if (!derived.startsWith(asked.keyPrefix)) continue;
    const solution = { counter, derivedKey: derived, time: 0 };
    postMessage(btoa(JSON.stringify({ challenge, solution })));
    return;
  }
});
