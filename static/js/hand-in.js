/* Handing a task in. Without a line it waits on this device and is sent when the line is back, with the same key, so that
   however often it is sent it is stored once. Changing an answer meanwhile takes it back out of the queue. */

import { Patience, send } from "./line.js";

const SLOW_MS = 600;

export class HandIn {
  constructor(draft) {
    this.draft = draft;
    this.form = draft.form;
    this.isUnderWay = false; // being sent, or waiting for the line
    this.isSending = false;
    this.wasSent = false; // it may have arrived already
    this.patience = new Patience(() => this.send());
    this.form.addEventListener("submit", (event) => this.onSubmit(event));
  }

  onSubmit(event) {
    event.preventDefault();
    if (event.submitter?.name === "later") this.saveForLater();
    else this.start();
  }

  async saveForLater() {
    await this.draft.save({ unchanged: true });
    if (this.draft.state.dataset.kind === "saved" && !this.draft.isAsking) this.draft.say("later");
  }

  start({ sent = false } = {}) {
    if (this.isSending || this.draft.hasEnded || this.draft.isAsking) return;
    this.isUnderWay = true;
    this.wasSent ||= sent;
    this.draft.pause();
    this.draft.store({ handIn: true, sent: this.wasSent });
    this.send();
  }

  /** Take it back out of the queue, because an answer was changed. */
  withdraw() {
    if (!this.isUnderWay || this.isSending) return;
    this.isUnderWay = false;
    this.patience.reset();
    this.draft.say("changed");
  }

  async send() {
    if (!this.isUnderWay || this.isSending) return;
    this.isSending = true;
    if (this.draft.saving) await this.draft.saving; // or this page would be mistaken for an old one
    if (this.draft.isAsking || this.draft.hasEnded) return this.stop();
    const slow = setTimeout(() => this.draft.say("handing"), SLOW_MS);
    const outcome = await send(this.form, this.form.dataset.handInUrl);
    clearTimeout(slow);
    this.isSending = false;
    this.settle(outcome);
  }

  settle({ kind, answer }) {
    if (kind === "ok") return this.taken(answer);
    if (kind === "stale") {
      this.stop();
      return this.draft.ask(answer.revision);
    }
    if (kind === "refused" || kind === "done") {
      // The server's own page says what is wrong, and where.
      this.stop();
      this.draft.store();
      this.draft.hasEnded = true;
      return HTMLFormElement.prototype.submit.call(this.form);
    }
    this.wasSent ||= kind === "busy";
    this.draft.store({ handIn: true, sent: this.wasSent });
    this.draft.away(kind === "away");
    const waiting = kind === "offline" ? "wait" : kind === "away" ? "away" : "queued";
    this.draft.say(this.draft.isOnDevice ? waiting : `${kind}Only`);
    this.patience.later();
  }

  taken(answer) {
    this.draft.forget();
    // What another tab has handed in is not what stands here.
    if (answer.repeated && !this.wasSent) return this.draft.end();
    this.draft.hasEnded = true;
    location.assign(answer.next);
  }

  stop() {
    this.isUnderWay = false;
    this.isSending = false;
    this.patience.reset();
  }
}
