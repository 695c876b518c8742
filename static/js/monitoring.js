/* The page of a running study: looks anew only while it is looked at, keeps the reader's place, says changes softly. */

const SPOKEN_EVERY_MS = 60_000;

const live = document.getElementById("live");
const status = document.querySelector("[data-monitoring-status]");
let spoken = { text: summary(), at: Date.now() };

function summary() {
  return live?.querySelector("[data-summary]")?.dataset.summary ?? "";
}

/** Tell a screen reader how it stands, once a minute at most, and only when it stands otherwise. */
function speak() {
  const text = summary();
  if (text === spoken.text || Date.now() - spoken.at < SPOKEN_EVERY_MS) return;
  spoken = { text, at: Date.now() };
  status.textContent = text;
}

if (live) {
  live.addEventListener("htmx:configRequest", (event) => {
    if (document.hidden || live.contains(document.activeElement) || !document.getSelection().isCollapsed) {
      event.preventDefault(); // nobody looks, or somebody is reading or at a link just there
      return;
    }
    event.detail.parameters.seen = live.dataset.state;
  });
  live.addEventListener("htmx:beforeSwap", (event) => {
    live.dataset.state = event.detail.xhr.getResponseHeader("X-State") ?? "";
  });
  live.addEventListener("htmx:afterSwap", speak);
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) window.htmx.trigger(live, "refresh");
  });
}
