/* A form marked data-keep="name" keeps what is filled in on this device until it has been sent, so that a dead network
   or a closed tab loses nothing. What the server shows is never overwritten: only open fields are filled. */

const PREFIX = "collective-keep:";
const SENT = "collective-sent";

function stored(storage, act) {
  try {
    return act(storage());
  } catch {
    return null; // full or forbidden: then the page alone holds it
  }
}

const device = (act) => stored(() => localStorage, act);
const tab = (act) => stored(() => sessionStorage, act);

function read(form) {
  const pairs = [...new FormData(form)].filter(([name, value]) => typeof value === "string" && value !== "");
  return pairs.filter(([name]) => form.elements[name]?.type !== "hidden" && name !== "csrfmiddlewaretoken");
}

function fill(form, pairs) {
  for (const [name, value] of pairs) {
    const field = form.elements[name];
    if (!field || field.value !== "") continue; // a list of radio buttons has the value of the chosen one
    field.value = value;
  }
}

function keep(form) {
  const key = PREFIX + form.dataset.keep;
  const here = device((storage) => JSON.parse(storage.getItem(key)));
  if (Array.isArray(here)) fill(form, here);
  const write = () => device((storage) => storage.setItem(key, JSON.stringify(read(form))));
  for (const type of ["input", "change"]) form.addEventListener(type, write);
  form.addEventListener("submit", () => tab((storage) => storage.setItem(SENT, key)));
}

/* What was sent has no use for this device's copy, once a page without that form has come. */
const forms = [...document.querySelectorAll("form[data-keep]")];
const sent = tab((storage) => storage.getItem(SENT));
if (sent && !forms.some((form) => PREFIX + form.dataset.keep === sent)) device((storage) => storage.removeItem(sent));
tab((storage) => storage.removeItem(SENT));
forms.forEach(keep);
