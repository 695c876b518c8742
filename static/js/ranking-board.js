/* The ranking board: a surface over a set of radio buttons, which stay the truth that the form posts.

   A response is put into a place by dragging it, by pressing it and then the place, or by keyboard. Every change is
   announced, written to the radio buttons and told to the page as a bubbling `ranking-board:change` event whose detail is
   {prefix, places: {key: number}, placed, total, order}. Whoever changes the radio buttons from outside (a restored
   draft) dispatches `change` on them; the board then follows. */

const DRAG_PX = 6;
const TRAY = 0;

const fill = (text, values) => text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);

class RankingBoard {
  constructor(root) {
    this.root = root;
    this.prefix = root.dataset.rankingBoard;
    this.radios = root.querySelector("[data-board-radios]");
    root.append(root.querySelector("template").content.cloneNode(true));
    this.surface = root.querySelector(".board__surface");
    this.status = root.querySelector("[data-board-status]");
    this.chips = [...this.surface.querySelectorAll(".chip")];
    this.spots = new Map(
      [...this.surface.querySelectorAll("[data-place]")].map((spot) => [Number(spot.dataset.place), spot]),
    );
    this.lowest = this.spots.size - 1;
    this.list = new Intl.ListFormat(document.documentElement.lang || "en", { type: "conjunction" });
    this.past = [];
    this.picked = null;
    this.places = this.readRadios();
    this.radios.hidden = true;
    root.classList.add("is-enhanced");
    this.listen();
    this.draw();
  }

  listen() {
    this.surface.addEventListener("click", (event) => this.onClick(event));
    this.surface.addEventListener("keydown", (event) => this.onKey(event));
    this.surface.addEventListener("pointerdown", (event) => this.onPointerDown(event));
    this.radios.addEventListener("change", () => this.follow());
    window.addEventListener("pageshow", () => this.follow());
    for (const type of ["focusin", "focusout", "pointerover", "pointerout"]) {
      this.surface.addEventListener(type, (event) => this.showWhich(event));
    }
    this.root.closest("form")?.addEventListener("reset", () => setTimeout(() => this.follow()));
    this.surface.querySelector("[data-board-undo]").addEventListener("click", () => this.undo());
    this.surface.querySelector("[data-board-clear]").addEventListener("click", () => this.clear());
  }

  /* --- the radio buttons ---------------------------------------------------------------------------- */

  radiosOf(chip) {
    const name = `${this.prefix}place_${chip.dataset.key}`;
    return [...this.radios.querySelectorAll("input")].filter((radio) => radio.name === name);
  }

  readRadios() {
    return new Map(
      this.chips.map((chip) => [chip, Number(this.radiosOf(chip).find((radio) => radio.checked)?.value ?? TRAY)]),
    );
  }

  writeRadios() {
    for (const [chip, place] of this.places) {
      for (const radio of this.radiosOf(chip)) radio.checked = Number(radio.value) === place;
    }
  }

  follow() {
    this.places = this.readRadios();
    this.past = [];
    this.draw();
  }

  /* --- changes ----------------------------------------------------------------------------------------- */

  put(chip, place) {
    if (this.places.get(chip) === place) {
      this.say(this.sentence(chip));
      return;
    }
    this.change(new Map(this.places).set(chip, place));
    this.say(this.sentence(chip));
  }

  undo() {
    if (!this.past.length) return;
    this.places = this.past.pop();
    this.settle();
    this.say(this.root.dataset.sayUndone);
  }

  clear() {
    this.change(new Map(this.chips.map((chip) => [chip, TRAY])));
    this.say(this.root.dataset.sayCleared);
  }

  change(places) {
    this.past.push(this.places);
    this.places = places;
    this.settle();
  }

  settle() {
    this.writeRadios();
    this.draw();
    const placed = [...this.places].filter(([, place]) => place !== TRAY);
    this.root.dispatchEvent(
      new CustomEvent("ranking-board:change", {
        bubbles: true,
        detail: {
          prefix: this.prefix,
          places: Object.fromEntries(placed.map(([chip, place]) => [chip.dataset.key, place])),
          placed: placed.length,
          total: this.chips.length,
          order: this.order(),
        },
      }),
    );
  }

  order() {
    const groups = [...this.spots.keys()].filter((place) => place !== TRAY).map((place) => this.inPlace(place));
    const letters = (chips) => chips.map((chip) => chip.dataset.key).sort().join("=");
    return groups.filter((chips) => chips.length).map(letters).join(">");
  }

  inPlace(place) {
    return this.chips.filter((chip) => this.places.get(chip) === place);
  }

  /* --- what is seen and heard ------------------------------------------------------------------------- */

  draw() {
    const focused = document.activeElement;
    for (const [place, spot] of this.spots) {
      const chips = this.inPlace(place);
      const list = spot.querySelector(".board__chips");
      const items = chips.map((chip) => chip.parentElement);
      if (items.length !== list.children.length || items.some((item, i) => item !== list.children[i])) {
        list.replaceChildren(...items);
      }
      spot.classList.toggle("is-empty", !chips.length);
      spot.classList.toggle("is-tied", place !== TRAY && chips.length > 1);
      spot.querySelector(".board__target").tabIndex = this.picked ? 0 : -1;
    }
    for (const chip of this.chips) {
      chip.setAttribute("aria-pressed", String(chip === this.picked));
      chip.querySelector("[data-chip-state]").textContent = `, ${this.state(chip)}. `;
    }
    const placed = this.chips.length - this.inPlace(TRAY).length;
    this.root.classList.toggle("has-picked", Boolean(this.picked));
    for (const count of this.surface.querySelectorAll("[data-board-count]")) {
      count.textContent = fill(this.root.dataset.count, { placed, total: this.chips.length });
    }
    this.surface.querySelector("[data-board-undo]").disabled = !this.past.length;
    this.surface.querySelector("[data-board-clear]").disabled = !placed;
    if (this.chips.includes(focused)) focused.focus({ preventScroll: true });
  }

  words(chip) {
    const place = this.places.get(chip);
    const others = this.inPlace(place).filter((other) => other !== chip);
    return {
      response: chip.dataset.label,
      place: this.spots.get(place).querySelector(".board__place-name")?.textContent,
      others: this.list.format(others.map((other) => other.dataset.label)),
      kind: place === TRAY ? "Back" : others.length ? "Tied" : "Placed",
    };
  }

  state(chip) {
    const words = this.words(chip);
    return fill(this.root.dataset[`state${words.kind}`], words);
  }

  sentence(chip) {
    const words = this.words(chip);
    return fill(this.root.dataset[`say${words.kind}`], words);
  }

  say(text) {
    // The same sentence twice is not a change and would be passed over in silence.
    this.status.textContent = this.status.textContent === text ? `${text}\u00a0` : text;
  }

  /** Mark the response that a chip stands for, while the chip is under the pointer or in focus. */
  showWhich(event) {
    const chip = event.target.closest(".chip");
    if (!chip) return;
    const response = document.getElementById(`response-${chip.dataset.label}`);
    response?.classList.toggle("is-named", event.type === "focusin" || event.type === "pointerover");
  }

  /* --- press, then press ---------------------------------------------------------------------------------- */

  pick(chip) {
    const before = this.picked;
    this.picked = chip;
    this.draw();
    if (chip) this.say(fill(this.root.dataset.sayPicked, { response: chip.dataset.label }));
    else if (before) this.say(fill(this.root.dataset.sayDropped, { response: before.dataset.label }));
  }

  onClick(event) {
    if (this.dragged) return;
    const chip = event.target.closest(".chip");
    const spot = event.target.closest("[data-place]");
    const place = spot && Number(spot.dataset.place);
    // Pressing a response that lies in another place means that place, so that a tie needs no aiming beside it.
    const meansPlace = this.picked && spot && (!chip || (place !== TRAY && place !== this.places.get(this.picked)));
    if (meansPlace) {
      const moved = this.picked;
      this.picked = null;
      this.put(moved, place);
      this.draw();
    } else if (chip) {
      this.pick(chip === this.picked ? null : chip);
    } else if (event.target.closest(".board__target")) {
      this.say(this.root.dataset.sayChoose);
    }
  }

  /* --- keyboard --------------------------------------------------------------------------------------------- */

  onKey(event) {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "z" && !event.shiftKey) {
      event.preventDefault();
      this.undo();
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape" && this.picked) {
      this.pick(null);
      return;
    }
    const chip = event.target.closest(".chip");
    const place = chip && this.placeForKey(event.key, this.places.get(chip));
    if (place === undefined || place === null) return;
    event.preventDefault();
    this.picked = null;
    this.put(chip, place);
    this.draw();
  }

  placeForKey(key, now) {
    const rightToLeft = getComputedStyle(this.root).direction === "rtl";
    const worse = new Set(["ArrowDown", rightToLeft ? "ArrowLeft" : "ArrowRight"]);
    const better = new Set(["ArrowUp", rightToLeft ? "ArrowRight" : "ArrowLeft"]);
    if (worse.has(key)) return Math.min(now + 1, this.lowest);
    if (better.has(key)) return now === TRAY ? this.lowest : Math.max(now - 1, 1);
    if (key === "Home") return 1;
    if (key === "End") return this.lowest;
    if (key === "Delete" || key === "Backspace" || key === "0") return TRAY;
    return Number(key) >= 1 && Number(key) <= this.lowest ? Number(key) : undefined;
  }

  /* --- dragging: mouse, pen and finger alike ------------------------------------------------------------------ */

  onPointerDown(event) {
    const chip = event.target.closest(".chip");
    if (!chip || event.button !== 0 || !event.isPrimary) return;
    this.dragged = false;
    const start = { x: event.clientX, y: event.clientY };
    let over = null;
    const hover = (spot) => {
      over?.classList.remove("is-over");
      over = spot;
      over?.classList.add("is-over");
    };
    const move = (moved) => {
      if (moved.pointerId !== event.pointerId) return;
      const [dx, dy] = [moved.clientX - start.x, moved.clientY - start.y];
      if (!this.dragged && Math.hypot(dx, dy) < DRAG_PX) return;
      if (!this.dragged) {
        this.dragged = true;
        chip.setPointerCapture(event.pointerId);
        chip.classList.add("is-dragged");
        this.root.classList.add("is-dragging");
      }
      chip.style.transform = `translate(${dx}px, ${dy}px)`;
      const below = document.elementFromPoint(moved.clientX, moved.clientY)?.closest("[data-place]");
      hover(below && this.surface.contains(below) ? below : null);
    };
    const end = (ended) => {
      if (ended.type === "keydown" ? ended.key !== "Escape" : ended.pointerId !== event.pointerId) return;
      const target = ended.type === "pointerup" && this.dragged ? over : null;
      for (const type of ["pointerup", "pointercancel", "keydown"]) window.removeEventListener(type, end, true);
      window.removeEventListener("pointermove", move);
      hover(null);
      chip.style.transform = "";
      chip.classList.remove("is-dragged");
      this.root.classList.remove("is-dragging");
      if (target) {
        this.picked = null;
        this.put(chip, Number(target.dataset.place));
      }
      // The click that follows a drag is not a press.
      setTimeout(() => (this.dragged = false));
    };
    window.addEventListener("pointermove", move);
    for (const type of ["pointerup", "pointercancel", "keydown"]) window.addEventListener(type, end, true);
  }
}

/* On a phone the board in use stays in sight while the responses are read: its dock is fixed to the bottom edge until
   the board's own place comes into view. With two boards that is the one last touched or last seen, at first the first. */
class Docking {
  constructor() {
    this.boards = [];
    this.current = null;
    this.narrow = matchMedia("(max-width: 63.99rem) and (min-height: 30rem)");
    this.waiting = false;
    const update = () => {
      if (this.waiting) return;
      this.waiting = true;
      requestAnimationFrame(() => {
        this.waiting = false;
        this.update();
      });
    };
    for (const type of ["scroll", "resize"]) window.addEventListener(type, update, { passive: true });
    for (const type of ["focusin", "focusout", "ranking-board:change"]) document.addEventListener(type, update);
    this.narrow.addEventListener("change", update);
    this.request = update;
  }

  add(board) {
    this.boards.push(board);
    board.root.addEventListener("pointerdown", () => (this.current = board));
    this.request();
  }

  update() {
    this.boards = this.boards.filter((board) => board.root.isConnected);
    const seen = this.boards.find((board) => !board.isDocked && this.inView(board.surface));
    if (seen) this.current = seen;
    const shown = this.boards.filter((board) => board.root.getClientRects().length);
    if (!shown.includes(this.current)) this.current = shown[0] ?? null;
    let height = 0;
    for (const board of this.boards) {
      this.dock(board, board === this.current && this.wanted(board));
      if (board.isDocked) height = board.surface.querySelector(".board__dock").offsetHeight;
    }
    document.documentElement.style.scrollPaddingBlockEnd = height ? `${height + 16}px` : "";
  }

  wanted(board) {
    const responses = document.querySelector("[data-responses]");
    if (!this.narrow.matches || !responses || document.activeElement?.matches("textarea, input:not([type=radio])")) {
      return false;
    }
    const height = board.surface.querySelector(".board__dock").offsetHeight;
    const { top, bottom } = responses.getBoundingClientRect();
    const reading = top < innerHeight - height && bottom > 0;
    return reading && board.surface.getBoundingClientRect().top > innerHeight - height;
  }

  dock(board, docked) {
    if (Boolean(board.isDocked) === docked) return;
    board.surface.style.minBlockSize = docked ? `${board.surface.offsetHeight}px` : "";
    board.root.classList.toggle("is-docked", docked);
    board.isDocked = docked;
  }

  inView(element) {
    const { top, bottom } = element.getBoundingClientRect();
    return top < innerHeight * 0.75 && bottom > 0;
  }
}

/* Side by side, the shorter of responses and boards stays in sight while the longer one scrolls by: it sticks at its own
   end when it is taller than the window. */
const columns = new ResizeObserver((entries) => entries.forEach(({ target }) => stick(target)));
const stick = (column) => (column.style.insetBlockStart = `${Math.min(16, innerHeight - column.offsetHeight - 16)}px`);
window.addEventListener("resize", () => document.querySelectorAll(".rank-layout > *").forEach(stick));

const docking = new Docking();

function enhance(root) {
  for (const board of root.querySelectorAll("[data-ranking-board]:not(.is-enhanced)")) {
    docking.add(new RankingBoard(board));
  }
  root.querySelectorAll(".rank-layout > *").forEach((column) => {
    column.classList.add("is-sticky");
    columns.observe(column);
  });
}

document.addEventListener("htmx:load", (event) => enhance(event.target.parentElement ?? document));
enhance(document);
