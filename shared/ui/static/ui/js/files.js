/* Files on their way: sent as soon as they are chosen, with how far they are; and a voice recorder
   where the browser has one. Without script the form sends the same. */
"use strict";

const LARGEST_FILE = 15 * 1024 * 1024;
const LARGEST_TOGETHER = 45 * 1024 * 1024;

/** A form that sends its files by itself and shows its part of the page anew. */
class Upload {
  constructor(form) {
    this.form = form;
    this.state = form.querySelector("[data-upload-state]");
    this.bar = this.state.querySelector("progress");
    this.line = this.state.querySelector("[role=status]");
    for (const input of form.querySelectorAll("input[type=file]")) {
      input.addEventListener("change", () => { if (input.files.length) this.send(input); });
    }
    for (const row of form.querySelectorAll("[data-without-script]")) row.hidden = true;
  }

  say(words, isBad = false) {
    this.state.hidden = false;
    this.state.classList.toggle("error-text", isBad);
    this.line.textContent = words;
  }

  /** What the server would refuse after minutes is said at once. */
  fits(files) {
    const large = files.find((file) => file.size > LARGEST_FILE);
    if (large) this.say(`\u2068${large.name}\u2069: ${this.state.dataset.tooLarge}`, true);
    else if (files.reduce((sum, file) => sum + file.size, 0) > LARGEST_TOGETHER) this.say(this.state.dataset.tooMany, true);
    else return true;
    return false;
  }

  send(input) {
    if (!this.fits([...input.files])) {
      input.value = "";
      return;
    }
    const data = new FormData(this.form);
    data.append("add", "yes");
    const request = new XMLHttpRequest();
    request.open("POST", this.form.action);
    request.responseType = "document";
    request.upload.addEventListener("progress", (event) => this.show(event.loaded / event.total));
    request.addEventListener("load", () => this.replace(request.response, request.status));
    request.addEventListener("error", () => this.fail());
    this.busy(true);
    this.show(0);
    request.send(data);
  }

  busy(is) {
    this.bar.hidden = !is;
    for (const control of this.form.querySelectorAll("button, input[type=file]")) control.disabled = is;
  }

  show(part) {
    const percent = Math.round(part * 100);
    this.bar.value = percent;
    this.say(`${this.state.dataset.sending} ${percent}%`);
  }

  fail() {
    this.busy(false);
    for (const input of this.form.querySelectorAll("input[type=file]")) input.value = "";
    this.say(this.state.dataset.failed, true);
  }

  /** The same part of the page that came back takes the place of this one. */
  replace(page, status) {
    const name = this.form.dataset.upload;
    const fresh = page?.getElementById(name);
    if (!fresh || status >= 500) {
      this.fail();
      return;
    }
    const part = document.adoptNode(fresh);
    document.getElementById(name).replaceWith(part);
    document.dispatchEvent(new CustomEvent("part", { detail: part }));
    const form = startFiles(part);
    const bad = part.querySelector(".error-text:not([hidden])");
    if (bad) form?.form.querySelector("[aria-invalid] + label, [aria-invalid]")?.scrollIntoView({ block: "nearest" });
    else form?.say(form.state.dataset.done);
    // Whoever reads with a screen reader goes on where the list is now.
    part.setAttribute("tabindex", "-1");
    part.focus({ preventScroll: true });
  }
}

const KINDS = ["audio/webm;codecs=opus", "audio/ogg;codecs=opus", "audio/mp4", "audio/webm"];
const SUFFIXES = { "audio/webm": "webm", "audio/ogg": "ogg", "audio/mp4": "m4a" };

/** Start, stop, listen, add or delete. What is recorded stays in the page until it is added. */
class Recorder {
  constructor(box) {
    this.box = box;
    this.input = document.getElementById(box.dataset.recorder);
    this.time = box.querySelector("[data-time]");
    this.heard = box.querySelector("[data-heard]");
    this.audio = box.querySelector("audio");
    this.kind = KINDS.find((kind) => MediaRecorder.isTypeSupported(kind));
    if (!this.kind || !this.input) return;
    box.hidden = false;
    for (const name of ["record", "stop", "use", "drop"]) {
      this[`${name}Button`] = box.querySelector(`[data-${name}]`);
      this[`${name}Button`].addEventListener("click", () => this[name]());
    }
  }

  async record() {
    const denied = this.box.querySelector("[data-denied]");
    denied.hidden = true;
    this.drop();
    try {
      this.stream = await navigator.mediaDevices.getUserMedia({ audio: true });
    } catch {
      denied.hidden = false;
      return;
    }
    this.pieces = [];
    this.recorder = new MediaRecorder(this.stream, { mimeType: this.kind, audioBitsPerSecond: 32000 });
    this.recorder.addEventListener("dataavailable", (event) => this.pieces.push(event.data));
    this.recorder.addEventListener("stop", () => this.finish());
    this.recorder.start();
    this.began = Date.now();
    this.tick = setInterval(() => this.count(), 250);
    this.count();
    this.toggle(true);
  }

  count() {
    const seconds = Math.floor((Date.now() - this.began) / 1000);
    this.time.textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
    if (seconds >= Number(this.box.dataset.seconds)) this.stop();
  }

  toggle(isOn) {
    this.recordButton.hidden = isOn;
    this.stopButton.hidden = !isOn;
    (isOn ? this.stopButton : this.recordButton).focus();
  }

  stop() {
    clearInterval(this.tick);
    if (this.recorder?.state === "recording") this.recorder.stop();
  }

  finish() {
    // The light of the microphone goes out.
    for (const track of this.stream.getTracks()) track.stop();
    this.blob = new Blob(this.pieces, { type: this.kind.split(";")[0] });
    this.audio.src = URL.createObjectURL(this.blob);
    this.heard.hidden = false;
    this.toggle(false);
    this.useButton.focus();
  }

  use() {
    const name = `${this.box.dataset.name}.${SUFFIXES[this.blob.type]}`;
    const chosen = new DataTransfer();
    for (const file of this.input.files) chosen.items.add(file);
    chosen.items.add(new File([this.blob], name, { type: this.blob.type }));
    this.input.files = chosen.files;
    this.drop();
    this.input.dispatchEvent(new Event("change", { bubbles: true }));
  }

  drop() {
    if (this.audio.src) URL.revokeObjectURL(this.audio.src);
    this.audio.removeAttribute("src");
    this.heard.hidden = true;
    this.time.textContent = "";
    this.blob = null;
  }
}

/** Set to work what stands in a part of the page; returns its form. */
function startFiles(part) {
  const [form] = [...part.querySelectorAll("form[data-upload]")].map((one) => new Upload(one));
  if (navigator.mediaDevices?.getUserMedia && window.MediaRecorder) {
    for (const box of part.querySelectorAll("[data-recorder]")) new Recorder(box);
  }
  return form;
}

startFiles(document);
