/* Reading long answers: on a phone one at a time, chosen by its letter; everywhere all in full or all shortened by one
   press. While one reads they are in full, while one ranks they are short unless the person wants it otherwise. */

const ALL = "";
const STORE = "collective-reading";

class Responses {
  constructor(root) {
    this.root = root;
    this.form = root.closest("form");
    this.bar = this.form.querySelector("[data-reading-bar]");
    this.letters = [...this.bar.querySelectorAll("[data-show-response]")];
    this.onward = this.form.querySelector("[data-next-response]");
    this.toggle = this.bar.querySelector("[data-all-texts]");
    this.cards = [...root.querySelectorAll(".response")];
    this.narrow = matchMedia("(max-width: 43.99rem)");
    this.shown = this.readChoice();
    this.hasChosenLength = false;
    this.bar.hidden = false;
    this.listen();
    this.setLength(true);
    this.draw();
  }

  listen() {
    for (const button of this.letters) button.addEventListener("click", () => this.show(button.dataset.showResponse));
    this.onward.addEventListener("click", () => this.showNext());
    this.narrow.addEventListener("change", () => this.draw());
    this.toggle.addEventListener("click", () => {
      this.hasChosenLength = true;
      this.setLength(this.toggle.getAttribute("aria-expanded") !== "true");
    });
    this.root.addEventListener("click", (event) => event.target.closest(".response__more") && this.drawToggle());
    // Whoever takes up a response on the board wants to see which it is.
    this.form.addEventListener("focusin", (event) => {
      const chip = event.target.closest?.(".chip");
      if (chip && this.isSingle) this.show(chip.dataset.label, { keepsPlace: true });
    });
    this.form.addEventListener("task-screen", ({ detail }) => {
      if (!this.hasChosenLength) this.setLength(this.isSingle || detail.screen === "reading");
      this.draw();
    });
  }

  get isSingle() {
    return this.narrow.matches && this.shown !== ALL;
  }

  readChoice() {
    try {
      return sessionStorage.getItem(STORE) === "all" ? ALL : this.labelOf(this.cards[0]);
    } catch {
      return this.labelOf(this.cards[0]);
    }
  }

  labelOf(card) {
    return card.id.replace("response-", "");
  }

  show(label, { keepsPlace = false } = {}) {
    this.shown = label;
    try {
      sessionStorage.setItem(STORE, label === ALL ? "all" : "one");
    } catch {
      /* forbidden: the choice holds for this page */
    }
    this.draw();
    if (!keepsPlace && this.bar.getBoundingClientRect().top < 1) this.bar.parentElement.scrollIntoView({ block: "start" });
  }

  showNext() {
    const next = this.next();
    if (!next) return;
    this.show(this.labelOf(next));
    const head = next.querySelector(".response__head :is(h2, h3, h4)");
    head.tabIndex = -1;
    head.focus({ preventScroll: true });
    this.bar.parentElement.scrollIntoView({ block: "start" });
  }

  next() {
    return this.cards[this.cards.findIndex((card) => this.labelOf(card) === this.shown) + 1];
  }

  draw() {
    for (const card of this.cards) card.hidden = this.isSingle && this.labelOf(card) !== this.shown;
    for (const button of this.letters) {
      button.setAttribute("aria-pressed", String(button.dataset.showResponse === this.shown));
    }
    const next = this.isSingle && this.next();
    this.onward.hidden = !next;
    if (next) this.onward.textContent = this.onward.dataset.text.replace("{response}", this.labelOf(next));
    this.drawToggle();
  }

  /* --- in full or shortened --------------------------------------------------------------------------------- */

  get buttons() {
    return [...this.root.querySelectorAll(".response__more")];
  }

  setLength(inFull) {
    for (const button of this.buttons) {
      if ((button.getAttribute("aria-expanded") === "true") !== inFull) button.click();
    }
    this.drawToggle();
  }

  drawToggle() {
    const inFull = this.buttons.every((button) => button.getAttribute("aria-expanded") === "true");
    this.toggle.hidden = this.isSingle || this.buttons.length < 2;
    this.toggle.setAttribute("aria-expanded", String(inFull));
    this.toggle.textContent = inFull ? this.toggle.dataset.less : this.toggle.dataset.more;
  }
}

document.querySelectorAll("form [data-responses]").forEach((root) => new Responses(root));
