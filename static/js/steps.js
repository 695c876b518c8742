/* One decision at a time: shows the screens of a task one by one, over a form that works as one long page.

   Elements marked data-on="a b" belong to screens a and b. The browser's back button goes one screen back. An untouched
   ranking board is asked about before one goes on; the server asks again. Seconds per screen go into the field
   `seconds`. */

class Steps {
  constructor(form) {
    this.form = form;
    this.screens = form.dataset.screens.split(" ");
    this.parts = [...form.querySelectorAll("[data-on]")];
    this.items = [...form.querySelectorAll("[data-screen-name]")];
    this.back = form.querySelector("[data-screen-back]");
    this.next = form.querySelector("[data-screen-next]");
    this.conversation = form.querySelector("[data-conversation]");
    this.summary = document.querySelector(".error-summary");
    this.seconds = {};
    this.since = null;
    form.querySelector("[data-screen-list]").hidden = false;
    form.querySelectorAll("[data-enhanced-only]").forEach((element) => element.removeAttribute("data-enhanced-only"));
    form.classList.add("is-stepped");
    this.listen();
    const wrong = form.querySelector(".field--error");
    this.show((wrong && this.screenOf(wrong)) || history.state?.screen || this.screens[0]);
  }

  listen() {
    this.back.addEventListener("click", () => this.go(-1));
    this.next.addEventListener("click", () => this.forward());
    window.addEventListener("popstate", (event) => this.show(event.state?.screen ?? this.screens[0], true));
    document.addEventListener("visibilitychange", () => this.count());
    window.addEventListener("pagehide", () => this.count());
    this.form.addEventListener("submit", (event) => this.onSubmit(event));
    this.form.addEventListener("ranking-board:change", (event) => this.onRanked(event));
    this.form.addEventListener("change", (event) => this.onSkip(event));
    this.summary?.addEventListener("click", (event) => this.onErrorLink(event));
  }

  get last() {
    return this.current === this.screens.at(-1);
  }

  screenOf(element) {
    return element.closest("[data-on]")?.dataset.on.split(" ").at(-1);
  }

  /* --- moving ---------------------------------------------------------------------------------------------- */

  forward() {
    const ranking = this.form.querySelector(`[data-ranking="${this.current}"]`);
    if (ranking && !this.checkRanking(ranking)) return;
    this.go(1);
  }

  go(by) {
    const screen = this.screens[this.screens.indexOf(this.current) + by];
    if (!screen) return;
    history.pushState({ screen }, "");
    this.show(screen, true);
  }

  show(screen, moveFocus = false) {
    this.count();
    this.current = this.screens.includes(screen) ? screen : this.screens[0];
    this.form.dataset.screen = this.current;
    for (const part of this.parts) part.hidden = !part.dataset.on.split(" ").includes(this.current);
    for (const item of this.items) {
      const here = item.dataset.screenName === this.current;
      item.toggleAttribute("data-done", this.screens.indexOf(item.dataset.screenName) < this.screens.indexOf(this.current));
      here ? item.setAttribute("aria-current", "step") : item.removeAttribute("aria-current");
    }
    const first = this.current === this.screens[0];
    this.back.hidden = first;
    this.next.hidden = this.last;
    this.conversation.open = first;
    this.form.dispatchEvent(new CustomEvent("task-screen", { detail: { screen: this.current } }));
    if (moveFocus) this.focusHead();
    this.count();
  }

  /** Put focus on what the screen is about, and its top into view. */
  focusHead() {
    const ranking = this.form.querySelector(`[data-ranking="${this.current}"] .board__legend`);
    const head = this.form.querySelector(`[data-screen-head="${this.current}"]`) ?? ranking;
    if (head) {
      head.tabIndex = -1;
      head.focus({ preventScroll: true });
    }
    // On a phone the board follows below the responses, and is docked while they are read.
    const beside = ranking && matchMedia("(min-width: 64rem)").matches;
    const top = beside || !ranking ? this.form : this.form.querySelector("[data-responses]").parentElement;
    top.scrollIntoView({ block: "start" });
  }

  /* --- rankings ---------------------------------------------------------------------------------------------- */

  checkRanking(ranking) {
    const rows = [...ranking.querySelectorAll(".board__row")];
    const placed = rows.filter((row) => row.querySelector("input:checked")).length;
    const skip = ranking.querySelector("[name$=_skip]").checked;
    const { sayUntouched, sayPartly, sayBoth } = ranking.dataset;
    if (skip && placed) return this.refuse(ranking, sayBoth);
    if (skip || placed === rows.length) return true;
    return this.refuse(ranking, placed ? sayPartly : sayUntouched);
  }

  refuse(ranking, sentence) {
    this.clearError(ranking);
    const board = ranking.querySelector(".board");
    const error = document.createElement("p");
    error.className = "field__error";
    error.setAttribute("role", "alert");
    error.tabIndex = -1;
    error.textContent = sentence;
    board.querySelector(".board__legend").after(error);
    board.classList.add("field--error");
    error.focus();
    return false;
  }

  clearError(ranking) {
    const board = ranking.querySelector(".board");
    board.classList.remove("field--error");
    board.querySelectorAll(".field__error").forEach((error) => error.remove());
  }

  onRanked(event) {
    const ranking = event.target.closest("[data-ranking]");
    const { placed, total } = event.detail;
    if (placed) ranking.querySelector("[name$=_skip]").checked = false;
    if (placed === total) this.clearError(ranking);
  }

  onSkip(event) {
    if (event.target.name?.endsWith("_skip")) this.clearError(event.target.closest("[data-ranking]"));
  }

  /* --- handing in ---------------------------------------------------------------------------------------------- */

  onSubmit(event) {
    this.count();
    // Enter in a field means "next" until the last screen.
    if (!this.last && !event.submitter?.name) {
      event.preventDefault();
      event.stopImmediatePropagation();
      this.forward();
    }
  }

  onErrorLink(event) {
    const target = document.querySelector(event.target.closest("a")?.getAttribute("href") || null);
    if (!target) return;
    event.preventDefault();
    const screen = this.screenOf(target);
    if (screen && screen !== this.current) history.pushState({ screen }, "");
    this.show(screen ?? this.current);
    target.scrollIntoView({ block: "start" });
    const inside = target.matches("textarea, input") ? target : target.querySelector(".chip, textarea, input, select:not([hidden])");
    inside?.focus({ preventScroll: true });
  }

  /** Add the time since the last call to the screen in sight. */
  count() {
    const now = performance.now();
    if (this.since !== null && this.current) {
      this.seconds[this.current] = Math.round(10 * (this.seconds[this.current] ?? 0) + (now - this.since) / 100) / 10;
    }
    this.since = document.visibilityState === "visible" ? now : null;
    this.form.elements.seconds.value = JSON.stringify(this.seconds);
  }
}

document.querySelectorAll("form[data-screens]").forEach((form) => new Steps(form));
