/* A task's draft saves itself. "Saved" is shown only after the server has said that it is committed.

   What was typed is kept on this device until the server has it, so that a dead network or a closed tab loses nothing;
   it is put back when the page is opened again, and sent when the line is back. Every save names the revision it builds
   on: where another tab was newer, the person is asked which of the two to go on with. */

const DELAY_MS = 900;
const SLOW_MS = 600;
const RETRY_MS = 5000;
const PREFIX = "collective-draft:";
const NOT_ANSWERS = new Set(["csrfmiddlewaretoken", "revision", "protocol", "seconds"]);

/** What this device keeps; a browser that forbids it keeps nothing. */
const device = {
  read(key) {
    try {
      return JSON.parse(localStorage.getItem(PREFIX + key));
    } catch {
      return null;
    }
  },
  write(key, value) {
    try {
      localStorage.setItem(PREFIX + key, JSON.stringify(value));
    } catch {
      /* full or forbidden: the server's copy is then the only one */
    }
  },
  remove(key) {
    try {
      localStorage.removeItem(PREFIX + key);
    } catch {
      /* forbidden */
    }
  },
};

class Draft {
  constructor(form) {
    this.form = form;
    this.key = form.dataset.task;
    this.state = form.querySelector("[data-draft-state]");
    this.conflict = form.querySelector("[data-draft-conflict]");
    this.timer = null;
    this.saving = null;
    this.newest = null;
    this.kept = this.read();
    this.listen();
    this.restore();
  }

  listen() {
    for (const type of ["input", "change", "ranking-board:change"]) {
      this.form.addEventListener(type, (event) => event.target.type !== "range" && this.touch());
    }
    document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && this.flush());
    window.addEventListener("pagehide", () => this.flush());
    window.addEventListener("online", () => this.save());
    this.form.addEventListener("submit", (event) => this.onSubmit(event));
    window.addEventListener("pageshow", () => (this.handingIn = false));
    this.conflict.querySelector("[data-take-newer]").addEventListener("click", () => {
      device.remove(this.key);
      this.kept = this.read();
      location.replace(location.href);
    });
    this.conflict.querySelector("[data-keep-mine]").addEventListener("click", () => {
      this.revision = this.newest;
      this.conflict.hidden = true;
      this.newest = null;
      this.save();
    });
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

  say(kind) {
    const text = this.state.dataset[kind] ?? kind;
    this.state.dataset.kind = kind;
    if (this.state.textContent !== text) this.state.textContent = text;
  }

  /* --- saving ------------------------------------------------------------------------------------------------ */

  touch() {
    if (this.read() === this.kept) return;
    device.write(this.key, { pairs: this.read(), revision: this.revision });
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), DELAY_MS);
  }

  flush() {
    if (this.timer && !this.handingIn) this.save({ keepalive: true });
  }

  async save({ keepalive = false } = {}) {
    clearTimeout(this.timer);
    this.timer = null;
    if (this.saving) await this.saving;
    if (this.newest !== null || this.read() === this.kept) return;
    this.saving = this.send(keepalive).finally(() => (this.saving = null));
    await this.saving;
  }

  async send(keepalive) {
    const sent = this.read();
    const slow = setTimeout(() => this.say("saving"), SLOW_MS);
    try {
      const response = await fetch(this.form.dataset.draftUrl, {
        method: "POST",
        body: new URLSearchParams(new FormData(this.form)),
        headers: { Accept: "application/json" },
        credentials: "same-origin",
        keepalive,
      });
      await this.settle(response, sent);
    } catch {
      this.retry(navigator.onLine ? "failed" : "offline");
    } finally {
      clearTimeout(slow);
    }
  }

  async settle(response, sent) {
    if (response.status >= 500) return this.retry("failed");
    const answer = await response.json().catch(() => ({}));
    if (response.ok) {
      this.revision = answer.revision;
      this.kept = sent;
      if (this.read() === sent) device.remove(this.key);
      return this.say("saved");
    }
    if (response.status === 409) return this.ask(answer.revision);
    return answer.error ? this.say(answer.error) : this.retry("failed");
  }

  retry(kind) {
    device.write(this.key, { pairs: this.read(), revision: this.revision });
    this.say(kind);
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), RETRY_MS);
  }

  ask(revision) {
    this.newest = revision;
    this.state.textContent = "";
    this.conflict.hidden = false;
    this.conflict.focus();
  }

  /* --- putting back -------------------------------------------------------------------------------------------- */

  restore() {
    forgetHandedIn(this.key);
    const here = device.read(this.key);
    if (!here || here.pairs === this.kept) return device.remove(this.key);
    this.fill(JSON.parse(here.pairs));
    this.say("restored");
    const server = this.revision;
    this.revision = here.revision;
    if (here.revision === server) this.save();
    else this.ask(server);
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

  /* --- handing in ------------------------------------------------------------------------------------------------ */

  /** Let a save under way end first, so that this page is not mistaken for an old one; hand in once only. */
  async onSubmit(event) {
    if (this.handingIn) return event.preventDefault();
    if (!navigator.onLine) {
      event.preventDefault();
      return this.retry("wait");
    }
    clearTimeout(this.timer);
    this.timer = null;
    device.write(this.key, { pairs: this.read(), revision: this.revision });
    if (this.saving) {
      event.preventDefault();
      const submitter = event.submitter;
      await this.saving;
      return this.form.requestSubmit(submitter);
    }
    this.handingIn = true;
    if (!event.submitter?.name) noteHandedIn(this.key);
  }
}

/* A task that was handed in has no use for this device's copy. Whether it was is known on the page that follows. */

const HANDED_IN = "collective-handed-in";

function noteHandedIn(key) {
  try {
    sessionStorage.setItem(HANDED_IN, key);
  } catch {
    /* forbidden, as is the copy */
  }
}

function forgetHandedIn(current) {
  try {
    const key = sessionStorage.getItem(HANDED_IN);
    sessionStorage.removeItem(HANDED_IN);
    if (key && key !== current) device.remove(key);
  } catch {
    /* forbidden */
  }
}

const forms = document.querySelectorAll("form[data-draft-url]");
forms.forEach((form) => new Draft(form));
if (!forms.length) forgetHandedIn(null);
