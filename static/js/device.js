/* What this device keeps of a form until the server has it. A browser may forbid that, or have no room: then `write`
   says so, and the page alone holds what was typed. */

const PREFIX = "collective-draft:";
const KEPT_MS = 30 * 24 * 60 * 60 * 1000;

export const device = {
  /** What is kept under a key, null where nothing is. */
  read(key) {
    try {
      return JSON.parse(localStorage.getItem(PREFIX + key));
    } catch {
      return null;
    }
  },
  /** Keep a value; return whether it is kept. */
  write(key, value) {
    try {
      localStorage.setItem(PREFIX + key, JSON.stringify({ ...value, at: Date.now() }));
      return true;
    } catch {
      return false;
    }
  },
  remove(key) {
    try {
      localStorage.removeItem(PREFIX + key);
    } catch {
      /* forbidden, so there is nothing */
    }
  },
  /** Call back when another tab keeps something under a key. */
  onOtherTab(key, callback) {
    window.addEventListener("storage", (event) => {
      if (event.key === PREFIX + key && event.newValue) callback(JSON.parse(event.newValue));
    });
  },
  /** Forget what nobody came back for. */
  forgetOld() {
    try {
      for (const key of Object.keys(localStorage)) {
        if (!key.startsWith(PREFIX)) continue;
        const at = JSON.parse(localStorage.getItem(key))?.at;
        if (at && Date.now() - at > KEPT_MS) localStorage.removeItem(key);
      }
    } catch {
      /* forbidden */
    }
  },
};
