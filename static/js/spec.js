/* The page of a spec: the tree beside it follows what is being read. */

function follow(tree) {
  const links = new Map();
  for (const link of tree.querySelectorAll("a[href^='#']")) {
    const heading = document.getElementById(decodeURIComponent(link.hash.slice(1)));
    if (heading) links.set(heading, link);
  }
  const headings = [...links.keys()];
  let current = null;

  const mark = () => {
    // The last heading that has passed the upper third of the window is the section being read.
    const limit = innerHeight / 3;
    let low = 0;
    let high = headings.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (headings[middle].getBoundingClientRect().top <= limit) low = middle + 1;
      else high = middle;
    }
    const link = links.get(headings[Math.max(low - 1, 0)]);
    if (link === current || !link) return;
    current?.removeAttribute("aria-current");
    link.setAttribute("aria-current", "true");
    current = link;
    if (tree.contains(document.activeElement)) return; // never move a tree somebody is walking through
    const box = link.getBoundingClientRect();
    const frame = tree.getBoundingClientRect();
    if (box.top < frame.top || box.bottom > frame.bottom) tree.scrollTop += box.top - frame.top - frame.height / 3;
  };

  let waiting = false;
  addEventListener(
    "scroll",
    () => {
      if (waiting) return;
      waiting = true;
      requestAnimationFrame(() => {
        waiting = false;
        mark();
      });
    },
    { passive: true },
  );
  mark();
}

document.querySelectorAll("[data-section-tree]").forEach(follow);

/* On a phone the list of sections closes once a section has been chosen. */
for (const contents of document.querySelectorAll(".spec-contents")) {
  contents.addEventListener("click", (event) => {
    if (event.target.closest("a")) contents.open = false;
  });
}
