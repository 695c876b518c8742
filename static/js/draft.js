/* A task's draft saves itself. "Saved" is shown only after the server has said that it is committed.

   What was typed is kept on this device until the server has it, so that a dead network or a closed tab loses nothing;
   it is put back when the page is opened again, and sent when the line is back. Every save names the revision it builds
   on: where another tab was newer, the person is asked which of the two to go on with. */

import { device } from "./device.js";
import { HandIn } from "./hand-in.js";
import { Patience, send } from "./line.js";

const DELAY_MS = 900;
const NOT_ANSWERS = new Set(["csrfmiddlewaretoken", "revision", "protocol", "seconds", "typing"]);
// What a screen reader need not be told every few seconds.
const ROUTINE = new Set(["saving", "saved"]);

class Draft {
  constructor(form) {
    this.form = form;
    this.key = form.dataset.task;
    this.tab = crypto.randomUUID?.() ?? String(Math.random());
    this.state = form.querySelector("[data-draft-state]");
    this.status = form.querySelector("[data-draft-status]");
    this.conflict = form.querySelector("[data-draft-conflict]");
    this.timer = null;
    this.saving = null;
    this.isAsking = false;
    this.isElsewhere = false;
    this.hasEnded = false;
    this.mayOverwrite = false;
    this.isOnDevice = true;
    this.kept = this.read();
    this.patience = new Patience(() => this.save());
    this.handIn = new HandIn(this);
    this.listen();
    this.restore();
  }

  listen() {
    for (const type of ["input", "change", "ranking-board:change"]) {
      this.form.addEventListener(type, (event) => event.target.type !== "range" && this.touch());
    }
    document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && this.flush());
    window.addEventListener("pagehide", () => this.flush());
    window.addEventListener("beforeunload", (event) => this.onLeave(event));
    device.onOtherTab(this.key, (kept) => (this.isElsewhere = kept.pairs !== this.read()));
    this.form.addEventListener("task-keep", () => this.save({ unchanged: true }));
    this.conflict.querySelector("[data-take-newer]").addEventListener("click", () => this.takeNewer());
    this.conflict.querySelector("[data-keep-mine]").addEventListener("click", () => this.keepMine());
  }

  get revision() {
    return Number(this.form.elements.revision.value);
  }

  set revision(number) {
    this.form.elements.revision.value = number;
  }

  /** The answers in the form as [name, value] pairs. */
  read() {
    const pairs = [...new FormData(this.form)].filter(([name, value]) => !NOT_ANSWERS.has(name) && value !== "");
    return JSON.stringify(pairs);
  }

  say(kind, text = this.state.dataset[kind] ?? kind) {
    const before = this.state.dataset.kind;
    this.state.dataset.kind = kind;
    if (this.state.textContent !== text) this.state.textContent = text;
    const worthHearing = !ROUTINE.has(kind) || (kind === "saved" && before && !ROUTINE.has(before));
    if (worthHearing && this.status.textContent !== text) this.status.textContent = text;
  }

  /* --- on this device ------------------------------------------------------------------------------------------ */

  store(more = {}) {
    const value = { pairs: this.read(), revision: this.revision, tab: this.tab, ...more };
    this.isOnDevice = device.write(this.key, value);
  }

  forget() {
    const here = device.read(this.key);
    if (here && (!here.tab || here.tab === this.tab)) device.remove(this.key);
  }

  onLeave(event) {
    if (!this.isOnDevice && !this.hasEnded && this.read() !== this.kept) event.preventDefault();
  }

  /* --- saving -------------------------------------------------------------------------------------------------- */

  touch() {
    if (this.hasEnded || this.read() === this.kept) return;
    if (this.isElsewhere) return this.ask();
    this.say("saving");
    this.handIn.withdraw();
    this.store();
    this.later();
  }

  later() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), DELAY_MS);
  }

  pause() {
    clearTimeout(this.timer);
    this.timer = null;
    this.patience.reset();
  }

  flush() {
    if (this.timer) this.save({ keepalive: true });
  }

  async save({ keepalive = false, unchanged = false } = {}) {
    clearTimeout(this.timer);
    this.timer = null;
    if (this.saving) await this.saving;
    if (this.isAsking || this.hasEnded || this.handIn.isUnderWay) return;
    if (this.read() === this.kept && !unchanged && !this.mayOverwrite) return;
    this.saving = this.send(keepalive).finally(() => (this.saving = null));
    await this.saving;
  }

  async send(keepalive) {
    const sent = this.read();
    const { kind, answer } = await send(this.form, this.form.dataset.draftUrl, { keepalive });
    if (kind === "ok") return this.saved(answer, sent);
    if (kind === "stale" && this.mayOverwrite) return this.overwrite(answer.revision, keepalive);
    if (kind === "stale") return this.ask(answer.revision);
    if (kind === "done") return this.end();
    if (kind === "refused") return this.say("refused", answer.error);
    this.failed(kind);
  }

  saved(answer, sent) {
    this.revision = answer.revision;
    this.kept = sent;
    this.mayOverwrite = false;
    this.isElsewhere = false;
    this.patience.reset();
    if (this.read() === sent) this.forget();
    this.form.dispatchEvent(new CustomEvent("task-lease", { detail: answer }));
    this.away(false);
    this.say("saved");
  }

  failed(kind) {
    this.store();
    this.away(kind === "away");
    this.say(this.isOnDevice ? kind : `${kind}Only`);
    this.patience.later();
  }

  /** Show or hide how to be known again; the next try comes when the person is back from doing so. */
  away(isAway) {
    this.form.querySelector("[data-draft-away]").hidden = !isAway;
  }

  /* --- another tab --------------------------------------------------------------------------------------------- */

  overwrite(revision, keepalive) {
    this.revision = revision;
    return this.send(keepalive);
  }

  ask(revision = null) {
    this.pause();
    if (revision !== null) this.newest = revision;
    this.isAsking = true;
    this.state.textContent = "";
    this.conflict.hidden = false;
    this.conflict.focus();
  }

  takeNewer() {
    this.forget();
    this.hasEnded = true;
    location.replace(location.href);
  }

  keepMine() {
    this.conflict.hidden = true;
    this.isAsking = false;
    this.isElsewhere = false;
    this.mayOverwrite = true;
    this.revision = this.newest ?? this.revision;
    this.store();
    this.save();
  }

  /** Tell that the task was handed in elsewhere, and that what stands here was not taken. */
  end() {
    this.pause();
    this.hasEnded = true;
    this.forget();
    const told = this.form.querySelector("[data-done-elsewhere]");
    this.state.textContent = "";
    told.hidden = false;
    told.focus();
  }

  /* --- putting back -------------------------------------------------------------------------------------------- */

  restore() {
    const here = device.read(this.key);
    if (!here) return;
    if (here.pairs === this.kept && !here.handIn) return device.remove(this.key);
    this.fill(JSON.parse(here.pairs));
    this.say("restored");
    const server = this.revision;
    this.revision = here.revision;
    this.store({ handIn: here.handIn, sent: here.sent });
    if (here.revision !== server) this.ask(server);
    else if (here.handIn) this.handIn.start({ sent: here.sent });
    else this.save();
  }

  fill(pairs) {
    const values = new Map();
    for (const [name, value] of pairs) values.set(name, [...(values.get(name) ?? []), value]);
    for (const field of this.form.elements) {
      if (!field.name || NOT_ANSWERS.has(field.name) || field.type === "submit") continue;
      const given = values.get(field.name) ?? [];
      if (field.type === "radio" || field.type === "checkbox") field.checked = given.includes(field.value);
      else field.value = given[0] ?? "";
      field.dispatchEvent(new Event("change", { bubbles: true }));
    }
  }
}

device.forgetOld();
document.querySelectorAll("form[data-draft-url]").forEach((form) => new Draft(form));
