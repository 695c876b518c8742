/* How texts come about: per text how many characters were typed and how many pasted, and the seconds it was in focus.
   Which keys were pressed is not noted. It goes into the field `typing` as JSON; what stood in a text when the page was
   opened is counted as `kept`, since it was written before. */

const PASTED = new Set(["insertFromPaste", "insertFromDrop", "insertFromPasteAsQuotation"]);

class Typing {
  constructor(form) {
    this.form = form;
    this.store = `collective-typing:${form.dataset.task}`;
    this.counts = this.read();
    this.since = null;
    for (const text of form.querySelectorAll("textarea")) this.watch(text);
    document.addEventListener("visibilitychange", () => this.onVisible());
    window.addEventListener("pagehide", () => this.leave());
    this.write();
  }

  read() {
    try {
      return JSON.parse(sessionStorage.getItem(this.store)) ?? {};
    } catch {
      return {};
    }
  }

  of(text) {
    return (this.counts[text.name] ??= { typed: 0, pasted: 0, seconds: 0 });
  }

  watch(text) {
    if (text.value && !this.counts[text.name]) this.of(text).kept = text.value.length;
    let before = text.value.length;
    text.addEventListener("beforeinput", () => (before = text.value.length - (text.selectionEnd - text.selectionStart)));
    text.addEventListener("input", (event) => {
      const added = text.value.length - before;
      before = text.value.length;
      if (added <= 0 || event.inputType?.startsWith("history") || event.inputType?.startsWith("delete")) return;
      // Whatever puts text in without saying how is no keyboard.
      const how = !event.inputType || PASTED.has(event.inputType) ? "pasted" : "typed";
      this.of(text)[how] += added;
      this.write();
    });
    text.addEventListener("focus", () => this.enter(text));
    text.addEventListener("blur", () => this.leave());
  }

  enter(text) {
    this.leave();
    this.since = { text, at: performance.now() };
  }

  leave() {
    if (!this.since) return;
    const counts = this.of(this.since.text);
    counts.seconds = Math.round(10 * counts.seconds + (performance.now() - this.since.at) / 100) / 10;
    this.since = null;
    this.write();
  }

  onVisible() {
    const text = document.activeElement;
    if (document.visibilityState === "hidden") this.leave();
    else if (text?.matches("textarea") && this.form.contains(text)) this.enter(text);
  }

  write() {
    this.form.elements.typing.value = JSON.stringify(this.counts);
    try {
      sessionStorage.setItem(this.store, this.form.elements.typing.value);
    } catch {
      /* forbidden: a reload begins anew */
    }
  }
}

document.querySelectorAll("form[data-task]").forEach((form) => new Typing(form));
