/* A slider over the list of a score, which stays the truth that the form posts. Until it is touched nothing is rated:
   the thumb is hollow and the list is left empty. */

const LIMIT = 10;

function button(text, name, className) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = className;
  made.textContent = text;
  if (name) made.setAttribute("aria-label", name);
  return made;
}

function enhance(field) {
  const list = field.querySelector("select");
  const label = field.querySelector("label");
  const range = document.createElement("input");
  Object.assign(range, { type: "range", min: -LIMIT, max: LIMIT, step: 1, className: "score__range" });
  range.setAttribute("aria-labelledby", label.id);
  for (const attribute of ["aria-describedby", "aria-invalid"]) {
    if (list.hasAttribute(attribute)) range.setAttribute(attribute, list.getAttribute(attribute));
  }
  const fewer = button("−", `${field.dataset.fewer}: ${label.textContent}`, "score__step");
  const more = button("+", `${field.dataset.more}: ${label.textContent}`, "score__step");
  const shown = document.createElement("output");
  shown.className = "score__value";
  const clear = button(field.dataset.clear, `${field.dataset.clear}: ${label.textContent}`, "link-button score__clear");
  const slider = document.createElement("div");
  slider.className = "score__slider";
  slider.append(fewer, range, more);

  const draw = () => {
    const empty = list.value === "";
    range.value = empty ? 0 : Number(list.value);
    const text = empty ? field.dataset.empty : list.value.replace(/^(?=[1-9])/, "+").replace("-", "−");
    shown.textContent = text;
    range.setAttribute("aria-valuetext", text);
    range.classList.toggle("is-empty", empty);
    shown.classList.toggle("is-empty", empty);
    clear.hidden = empty;
    fewer.disabled = !empty && Number(list.value) === -LIMIT;
    more.disabled = !empty && Number(list.value) === LIMIT;
  };
  const choose = (value) => {
    list.value = value === "" ? "" : String(Math.max(-LIMIT, Math.min(LIMIT, value)));
    list.dispatchEvent(new Event("change", { bubbles: true }));
  };
  list.addEventListener("change", draw);
  range.addEventListener("input", () => choose(range.valueAsNumber));
  // A press on the hollow thumb leaves the middle as it is, which no input event tells of.
  range.addEventListener("pointerup", () => choose(range.valueAsNumber));
  range.addEventListener("keydown", (event) => {
    if (event.key === "Delete" || event.key === "Backspace") choose("");
    else if (event.key === "Enter" || event.key === " " || event.key === "0") choose(event.key === "0" ? 0 : range.valueAsNumber);
    else return;
    event.preventDefault();
  });
  fewer.addEventListener("click", () => choose(Number(list.value) - 1));
  more.addEventListener("click", () => choose(Number(list.value) + 1));
  clear.addEventListener("click", () => {
    choose("");
    range.focus();
  });
  window.addEventListener("pageshow", draw);
  field.closest("form")?.addEventListener("reset", () => setTimeout(draw));

  label.htmlFor = "";
  range.id = `${list.id}-range`;
  label.htmlFor = range.id;
  list.hidden = true;
  const ends = field.querySelector(".score__ends");
  if (ends) ends.hidden = false;
  list.after(...[slider, shown, ends, clear].filter(Boolean));
  field.classList.add("is-enhanced");
  draw();
}

function enhanceAll(root) {
  root.querySelectorAll("[data-score]:not(.is-enhanced)").forEach(enhance);
}

document.addEventListener("htmx:load", (event) => enhanceAll(event.target.parentElement ?? document));
enhanceAll(document);
