/* How long a task is kept for this person. Working on it prolongs that by itself; when nothing happens, they are told in
   time and can prolong it by one press. Should it end, nothing is lost: it can be handed in as before. */

const SHORTEST_WARNING_S = 120;
const LONGEST_WARNING_S = 300;
const QUIET_MS = 30000;

class Lease {
  constructor(form) {
    this.form = form;
    this.notice = form.querySelector("[data-lease]");
    this.text = this.notice.querySelector("[data-lease-text]");
    this.time = new Intl.DateTimeFormat(document.documentElement.lang || "en", { timeStyle: "short" });
    this.asked = 0;
    this.set(Number(form.dataset.leaseSeconds));
    form.addEventListener("task-lease", ({ detail }) => this.set(detail.seconds));
    this.notice.querySelector("[data-lease-prolong]").addEventListener("click", () => this.prolong());
    for (const type of ["keydown", "pointerdown", "scroll"]) {
      document.addEventListener(type, () => this.onActivity(), { passive: true });
    }
    setInterval(() => this.look(), 1000);
    document.addEventListener("visibilitychange", () => this.look());
  }

  set(seconds) {
    this.total = Math.max(seconds, this.total ?? 0);
    this.end = Date.now() + 1000 * seconds;
    this.look();
  }

  get left() {
    return (this.end - Date.now()) / 1000;
  }

  look() {
    const warning = Math.min(this.total / 2, Math.max(SHORTEST_WARNING_S, Math.min(LONGEST_WARNING_S, this.total / 3)));
    const kind = this.left <= 0 ? "over" : this.left <= warning ? "soon" : "";
    if (kind === (this.kind ?? "")) return;
    this.kind = kind;
    const wasFocused = this.notice.contains(document.activeElement);
    this.notice.hidden = !kind;
    this.text.textContent = kind ? this.notice.dataset[kind].replace("{time}", this.time.format(this.end)) : "";
    if (!kind && wasFocused) this.form.querySelector("[data-draft-state]").focus();
  }

  /** Somebody is at work, so the task stays theirs. */
  onActivity() {
    if (this.left < 0.6 * this.total && Date.now() - this.asked > QUIET_MS) this.prolong();
  }

  prolong() {
    this.asked = Date.now();
    this.form.dispatchEvent(new CustomEvent("task-keep"));
  }
}

document.querySelectorAll("form[data-lease-seconds]").forEach((form) => new Lease(form));
