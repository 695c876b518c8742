/* Sending a form over a line that may be down, to a server that may be starting again, for a person whose cookie may be
   gone. */

const TIMEOUT_MS = 20000;
const FIRST_WAIT_MS = 2000;
const LONGEST_WAIT_MS = 60000;

/** Send a form and return {kind, answer}, where kind says what came of it:
 *
 *  ok: it was taken, and `answer` says more;
 *  offline, busy: it did not get through, or the server could not take it now: try again;
 *  away: this browser is not known any more as the person it was;
 *  stale: another tab was newer; done: it had been handed in before; refused: it cannot be taken as it is. */
export async function send(form, url, { keepalive = false } = {}) {
  const outcome = await post(form, url, keepalive);
  if (outcome.kind !== "forbidden") return outcome;
  // The page's token may have become old. A fresh page has a new one, unless the person is not known any more.
  if (!(await renewToken(form))) return { kind: "away" };
  const again = await post(form, url, keepalive);
  return again.kind === "forbidden" ? { kind: "away" } : again;
}

async function post(form, url, keepalive) {
  let response;
  try {
    response = await fetch(url, {
      method: "POST",
      body: new URLSearchParams(new FormData(form)),
      headers: { Accept: "application/json" },
      credentials: "same-origin",
      redirect: "manual", // who is not known is led to the first page
      keepalive,
      signal: keepalive ? undefined : AbortSignal.timeout(TIMEOUT_MS),
    });
  } catch {
    return { kind: navigator.onLine ? "busy" : "offline" };
  }
  if (response.type === "opaqueredirect") return { kind: "away" };
  if (response.status === 403) return { kind: "forbidden" };
  const answer = await response.json().catch(() => null);
  // A page where JSON was asked for is a proxy's, or that of a network one has to sign in to first.
  if (answer === null || response.status >= 500 || response.status === 429) return { kind: "busy" };
  const kinds = { 404: "away", 409: "stale", 410: "done" };
  return { kind: response.ok ? "ok" : (kinds[response.status] ?? "refused"), answer };
}

async function renewToken(form) {
  try {
    const response = await fetch(location.href, { credentials: "same-origin", redirect: "manual" });
    if (!response.ok) return false;
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    const fresh = page.querySelector(`form[data-task="${form.dataset.task}"] [name=csrfmiddlewaretoken]`);
    if (!fresh) return false;
    form.elements.csrfmiddlewaretoken.value = fresh.value;
    return true;
  } catch {
    return false;
  }
}

/** Waits longer after each try that failed, and not at all once the line is back or the page is looked at again. */
export class Patience {
  constructor(tryAgain) {
    this.tryAgain = tryAgain;
    this.timer = null;
    this.reset();
    window.addEventListener("online", () => this.now());
    document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && this.now());
  }

  reset() {
    clearTimeout(this.timer);
    this.timer = null;
    this.wait = FIRST_WAIT_MS;
  }

  later() {
    clearTimeout(this.timer);
    // Not everybody at the same moment after a restart.
    this.timer = setTimeout(() => this.fire(), this.wait * (0.75 + Math.random() / 2));
    this.wait = Math.min(2 * this.wait, LONGEST_WAIT_MS);
  }

  now() {
    if (this.timer === null) return;
    this.reset();
    this.fire();
  }

  fire() {
    this.timer = null;
    this.tryAgain();
  }
}
