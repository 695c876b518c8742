/* What every page gets: menus that close, long texts that shorten, addresses to copy, the error summary in focus. */

const SHORTENED_PX = 240;

function closeMenus(except) {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (menu !== except) menu.open = false;
  }
}

document.addEventListener("click", (event) => closeMenus(event.target.closest("details.menu")));

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const open = document.querySelector("details.menu[open]");
  if (open) {
    open.open = false;
    open.querySelector("summary").focus();
  }
});

/** Put a "show all" button under a text marked data-shorten, if it is long enough to need one. */
function shorten(text) {
  if (text.dataset.shortened || text.scrollHeight <= SHORTENED_PX * 1.25) return;
  text.dataset.shortened = "true";
  const button = document.createElement("button");
  button.type = "button";
  button.className = "link-button response__more";
  button.setAttribute("aria-controls", text.id);
  const show = (all) => {
    text.classList.toggle("is-shortened", !all);
    button.setAttribute("aria-expanded", String(all));
    button.textContent = all ? text.dataset.less : text.dataset.more;
  };
  button.addEventListener("click", () => show(button.getAttribute("aria-expanded") !== "true"));
  // A link or the browser's own search may lead into the hidden part.
  text.addEventListener("focusin", () => show(true));
  text.addEventListener("beforematch", () => show(true));
  show(false);
  text.after(button);
}

/** Let a button copy the field it names, and say so; the button stays hidden where the browser cannot copy. */
function offerCopying(button) {
  const field = document.getElementById(button.dataset.copy);
  if (!navigator.clipboard || !field) return;
  button.hidden = false;
  button.addEventListener("click", async () => {
    field.select();
    await navigator.clipboard.writeText(field.value);
    const label = button.textContent;
    button.textContent = button.dataset.copied;
    document.querySelector(`[data-copy-status="${button.dataset.copy}"]`).textContent = button.dataset.copied;
    setTimeout(() => (button.textContent = label), 2500);
  });
}

/** Name each cell's column, so that rows can stand as cards on a phone; roles keep it a table to screen readers. */
function stack(table) {
  const columns = [...table.tHead.rows[0].cells].map((cell) => cell.textContent.trim());
  table.setAttribute("role", "table");
  for (const group of [table.tHead, ...table.tBodies]) {
    group.setAttribute("role", "rowgroup");
    for (const row of group.rows) {
      row.setAttribute("role", "row");
      for (const cell of row.cells) {
        const heads = cell.tagName === "TH" ? (group === table.tHead ? "columnheader" : "rowheader") : "cell";
        cell.setAttribute("role", heads);
        if (heads === "cell") cell.dataset.column = columns[cell.cellIndex] ?? "";
      }
    }
  }
  table.classList.add("table--stacked");
}

/** Bring the place one is at into view where the places do not all fit. */
function showCurrent(strip) {
  const current = strip.querySelector("[aria-current]");
  if (!current || strip.scrollWidth <= strip.clientWidth) return;
  const [outer, inner] = [strip.getBoundingClientRect(), current.getBoundingClientRect()];
  strip.scrollLeft += inner.left + inner.width / 2 - outer.left - outer.width / 2;
}

function enhance(root) {
  root.querySelectorAll(".table--stack").forEach(stack);
  root.querySelectorAll(".site-nav, .tabs ul").forEach(showCurrent);
  root.querySelectorAll("[data-shorten]").forEach(shorten);
  root.querySelectorAll("[data-copy]").forEach(offerCopying);
  root.querySelector("[data-autofocus]")?.focus();
}

document.addEventListener("htmx:load", (event) => enhance(event.target));
enhance(document);
