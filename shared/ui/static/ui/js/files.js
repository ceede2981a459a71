/* Files on their way: sent as soon as they are chosen, with how far they are; and a voice recorder
   where the browser has one. Without script the form sends the same.

   A file that could not be sent is still on the telephone; a recording is nowhere but in this page.
   It stays here until the server has it or its speaker deletes it. */
"use strict";

const LARGEST_FILE = 15 * 1024 * 1024;
const LARGEST_TOGETHER = 45 * 1024 * 1024;

/** What is or was recorded, by the id of the control that it is for: the part of the page that it was
    made in is replaced whenever other files are sent. */
const voices = new Map();

function askBeforeLeaving(event) {
  event.preventDefault();
  // What older browsers look at.
  event.returnValue = "";
}

function keepVoice(id, voice) {
  voices.set(id, voice);
  addEventListener("beforeunload", askBeforeLeaving);
}

function forgetVoice(id) {
  const voice = voices.get(id);
  if (voice?.url) URL.revokeObjectURL(voice.url);
  voices.delete(id);
  // A page with this listener is not kept by every browser for its own Back button.
  if (!voices.size) removeEventListener("beforeunload", askBeforeLeaving);
}

/** A form that sends its files by itself and shows its part of the page anew. */
class Upload {
  constructor(form) {
    this.form = form;
    this.state = form.querySelector("[data-upload-state]");
    this.bar = this.state.querySelector("progress");
    this.line = this.state.querySelector("[role=status]");
    for (const input of form.querySelectorAll("input[type=file]")) {
      input.addEventListener("change", () => { if (input.files.length) this.sendChosen(input); });
    }
    for (const row of form.querySelectorAll("[data-without-script]")) row.hidden = true;
    form.addEventListener("submit", (event) => this.takeAlong(event));
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

  async sendChosen(input) {
    if (!this.fits([...input.files])) input.value = "";
    else if (!(await this.send(new FormData(this.form)))) this.say(this.state.dataset.failed, true);
  }

  /** Send a recording; the form to go on with once the server has it, else nothing. */
  async sendVoice(id, file) {
    const data = new FormData(this.form);
    data.append(document.getElementById(id).name, file);
    const answer = await this.send(data, () => forgetVoice(id));
    if (!answer) this.say(this.state.dataset.voiceFailed, true);
    if (voices.has(id)) (answer?.recorder ?? this.recorder).offerAgain();
    return voices.has(id) ? null : answer;
  }

  /** The form that came back with the answer, or nothing where none came. */
  send(data, onTaken) {
    data.append("add", "yes");
    const request = new XMLHttpRequest();
    request.open("POST", this.form.action);
    request.responseType = "document";
    request.upload.addEventListener("progress", (event) => this.show(event.loaded / event.total));
    this.busy(true);
    this.show(0);
    return new Promise((done) => {
      const ended = () => {
        const { status, response } = request;
        const part = status < 500 ? response?.getElementById(this.form.dataset.upload) : null;
        this.busy(false);
        // What is wrong with a file is said on a page like any other.
        if (part && status < 400 && !part.querySelector("[aria-invalid]")) onTaken?.();
        if (!part) for (const input of this.form.querySelectorAll("input[type=file]")) input.value = "";
        done(part ? this.replace(response, part) : null);
      };
      request.addEventListener("loadend", ended);
      request.send(data);
    });
  }

  /** Those outside it as well: to go back meanwhile would break off the sending. */
  busy(is) {
    this.bar.hidden = !is;
    for (const control of this.form.elements) {
      if (control.matches("button:not([data-stop]), input[type=file]")) control.disabled = is;
    }
  }

  show(part) {
    const percent = Math.round(part * 100);
    this.bar.value = percent;
    this.say(`${this.state.dataset.sending} ${percent}%`);
  }

  /** Whoever moves on takes the recording along: the page is left once the server has it. */
  async takeAlong(event) {
    if (event.defaultPrevented || !this.recorder?.voice) return;
    event.preventDefault();
    const { name = "", value = "" } = event.submitter ?? {};
    const fresh = await this.recorder.use();
    if (!fresh) return;
    const buttons = [...fresh.form.elements].filter((one) => one.matches("button:not([type=button])"));
    fresh.form.requestSubmit(buttons.find((one) => one.name === name && one.value === value));
  }

  /** The same part of the page that came back takes the place of this one. */
  replace(page, fresh) {
    const old = document.getElementById(this.form.dataset.upload);
    replaceErrors(page, old);
    const part = document.adoptNode(fresh);
    old.replaceWith(part);
    document.dispatchEvent(new CustomEvent("part", { detail: part }));
    const form = startFiles(part);
    const bad = part.querySelector("[aria-invalid]");
    if (!bad) form?.say(form.state.dataset.done);
    // Whoever reads with a screen reader goes on where the list is now, or at what is wrong.
    const heading = part.querySelector("h2");
    heading?.setAttribute("tabindex", "-1");
    (bad ?? heading)?.focus({ preventScroll: true });
    (bad?.labels?.[0] ?? bad)?.scrollIntoView({ block: "nearest" });
    return form;
  }
}

/** What was wrong the time before is no longer said, in the summary and in the title. */
function replaceErrors(page, part) {
  const old = document.querySelector(".error-summary");
  const isOfOthers = [...(old?.querySelectorAll("a") ?? [])].some((link) => {
    const control = document.querySelector(link.hash);
    return control && !part.contains(control);
  });
  if (isOfOthers) return;
  document.querySelector(".messages")?.remove();
  const fresh = page.querySelector(".error-summary");
  if (fresh) old?.replaceWith(document.adoptNode(fresh));
  else old?.remove();
  document.title = page.title;
}

const KINDS = ["audio/webm;codecs=opus", "audio/ogg;codecs=opus", "audio/mp4", "audio/webm"];
const SUFFIXES = { "audio/webm": "webm", "audio/ogg": "ogg", "audio/mp4": "m4a" };

/** The light of the microphone goes out. */
function switchOff(stream) {
  for (const track of stream?.getTracks() ?? []) track.stop();
}

/** One recording, from its first second on. */
class Voice {
  constructor(stream, kind) {
    this.began = Date.now();
    const pieces = [];
    this.recorder = new MediaRecorder(stream, { mimeType: kind, audioBitsPerSecond: 32000 });
    this.recorder.addEventListener("dataavailable", (event) => pieces.push(event.data));
    this.ended = new Promise((done) => {
      this.recorder.addEventListener("stop", () => {
        switchOff(stream);
        this.blob = new Blob(pieces, { type: kind.split(";")[0] });
        this.url = URL.createObjectURL(this.blob);
        done();
      });
    });
    this.recorder.start();
  }

  stop() {
    if (this.recorder.state !== "inactive") this.recorder.stop();
    return this.ended;
  }

  seconds() {
    return Math.floor((Date.now() - this.began) / 1000);
  }
}

/** Start, stop, listen, add, save or delete. */
class Recorder {
  constructor(box, upload) {
    this.box = box;
    this.upload = upload;
    this.id = box.dataset.recorder;
    this.time = box.querySelector("[data-time]");
    this.heard = box.querySelector("[data-heard]");
    this.audio = box.querySelector("audio");
    this.saveLink = box.querySelector("[data-save]");
    this.kind = KINDS.find((kind) => MediaRecorder.isTypeSupported(kind));
    if (!this.kind || !document.getElementById(this.id)) return;
    box.hidden = false;
    for (const name of ["record", "stop", "use", "drop"]) {
      this[`${name}Button`] = box.querySelector(`[data-${name}]`);
      this[`${name}Button`].addEventListener("click", () => this[name]());
    }
    this.follow();
  }

  get voice() {
    return voices.get(this.id);
  }

  async record() {
    const denied = this.box.querySelector("[data-denied]");
    denied.hidden = true;
    // A second press while the browser asks would switch on a microphone that nobody can stop.
    this.recordButton.disabled = true;
    let stream;
    try {
      stream = await navigator.mediaDevices.getUserMedia({ audio: true });
      // The same where this part of the page was replaced meanwhile.
      if (!this.box.isConnected) return switchOff(stream);
      keepVoice(this.id, new Voice(stream, this.kind));
    } catch {
      switchOff(stream);
      denied.hidden = false;
    }
    this.recordButton.disabled = false;
    this.follow();
    (this.voice ? this.stopButton : this.recordButton).focus();
  }

  /** Show what there is, and go on counting where it is still being recorded. */
  follow() {
    const { voice } = this;
    const isRunning = Boolean(voice && !voice.blob);
    const hadFocus = document.activeElement === this.stopButton;
    this.recordButton.hidden = Boolean(voice);
    this.stopButton.hidden = !isRunning;
    this.heard.hidden = !voice?.blob;
    if (voice?.blob) {
      if (this.audio.src !== voice.url) this.audio.src = voice.url;
      this.saveLink.href = voice.url;
      this.saveLink.download = this.file().name;
      if (hadFocus) this.useButton.focus();
    }
    if (!isRunning) return;
    voice.ended.then(() => { if (this.box.isConnected && this.voice === voice) this.follow(); });
    const count = () => {
      const seconds = voice.seconds();
      this.time.textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
      if (seconds >= Number(this.box.dataset.seconds)) voice.stop();
      if (voice.blob || !this.box.isConnected) clearInterval(tick);
    };
    const tick = setInterval(count, 250);
    count();
  }

  async stop() {
    await this.voice?.stop();
  }

  file() {
    const { blob } = this.voice;
    return new File([blob], `${this.box.dataset.name}.${SUFFIXES[blob.type]}`, { type: blob.type });
  }

  /** Send it with the form; the form that came back once the server has it. */
  async use() {
    await this.voice.stop();
    this.follow();
    return this.upload.sendVoice(this.id, this.file());
  }

  offerAgain() {
    this.useButton.textContent = this.useButton.dataset.again;
    this.useButton.focus();
  }

  drop() {
    forgetVoice(this.id);
    this.audio.removeAttribute("src");
    this.time.textContent = "";
    this.follow();
    this.recordButton.focus();
  }
}

/** Set to work what stands in a part of the page; returns its form. */
function startFiles(part) {
  const canRecord = Boolean(navigator.mediaDevices?.getUserMedia && window.MediaRecorder);
  const uploads = [...part.querySelectorAll("form[data-upload]")].map((form) => {
    const upload = new Upload(form);
    const box = canRecord ? form.querySelector("[data-recorder]") : null;
    if (box) upload.recorder = new Recorder(box, upload);
    return upload;
  });
  return uploads[0];
}

startFiles(document);
