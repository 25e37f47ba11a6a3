// The quote behind a marker, while the pointer is on the marker or the quote, or the marker has the focus.
// Escape takes it away and leaves everything else as it is (WCAG 1.4.13).
(() => {
  "use strict";
  let marker = null;
  let timer = 0;

  function box() {
    let found = document.getElementById("gp-preview");
    if (!found) {
      found = document.createElement("div");
      found.id = "gp-preview";
      found.setAttribute("role", "tooltip");
      found.hidden = true;
      document.body.append(found);
    }
    return found;
  }

  function fill(card) {
    const parts = [".gp-card-title", ".gp-where", "blockquote"].map((part) => card.querySelector(part));
    box().replaceChildren(
      ...parts.filter(Boolean).map((part) => {
        const copy = part.cloneNode(true);
        copy.removeAttribute("id");
        return copy;
      }),
    );
  }

  function place(beside) {
    const at = beside.getBoundingClientRect();
    const { offsetWidth: wide, offsetHeight: high } = box();
    const below = at.bottom + high + 8 < innerHeight || at.top < high + 8;
    box().style.left = `${Math.max(8, Math.min(at.left - 24, innerWidth - wide - 8))}px`;
    box().style.top = `${below ? at.bottom + 4 : at.top - high - 4}px`;
  }

  function show(link) {
    const card = document.getElementById(link.getAttribute("href").slice(1));
    if (!card) return;
    hide();
    marker = link;
    fill(card);
    box().hidden = false;
    place(link);
    link.setAttribute("aria-describedby", "gp-preview");
  }

  function hide() {
    clearTimeout(timer);
    if (!marker) return;
    marker.removeAttribute("aria-describedby");
    marker = null;
    box().hidden = true;
  }

  const later = (what, wait) => {
    clearTimeout(timer);
    timer = setTimeout(what, wait);
  };
  const link = (event) => event.target instanceof Element && event.target.closest("a.gp-cite");
  const within = (event) => event.target instanceof Element && event.target.closest("a.gp-cite, #gp-preview");

  document.addEventListener("pointerover", (event) => {
    if (event.pointerType === "touch") return;
    const over = link(event);
    if (over && over !== marker) later(() => show(over), 150);
    else if (within(event)) clearTimeout(timer);
  });
  document.addEventListener("pointerout", (event) => {
    if (within(event) && document.activeElement !== marker) later(hide, 250);
  });
  document.addEventListener("focusin", (event) => (link(event)?.matches(":focus-visible") ? show(link(event)) : hide()));
  document.addEventListener("focusout", (event) => link(event) && hide());
  document.addEventListener("click", (event) => link(event) && hide(), true);
  // Coming to a marker by keyboard scrolls to it: what it shows goes with it.
  const moved = () => (marker && document.activeElement === marker ? place(marker) : hide());
  document.addEventListener("scroll", (event) => event.target !== box() && moved(), true);
  document.addEventListener(
    "keydown",
    (event) => {
      if (event.key !== "Escape" || !marker) return;
      hide();
      event.stopImmediatePropagation();
    },
    true,
  );
})();
