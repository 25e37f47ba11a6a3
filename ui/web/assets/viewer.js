// A document beside the answer. Markers, and whatever has data-view, open it; the server draws the page, once for
// each that is looked at. What was zoomed and how it is read is forgotten with the tab.
(() => {
  "use strict";
  const root = document.documentElement;
  const STEPS = [1, 1.25, 1.5, 2, 2.5, 3];
  const panel = () => document.querySelector(".gp-viewer");
  let shown = null;
  let citations = [];
  let opener = null;
  let step = innerWidth < 600 ? 3 : 0;
  let asText = false;
  let asked = 0;

  async function show(wanted, focused) {
    const mine = ++asked;
    const box = panel();
    box.hidden = false;
    root.classList.add("gp-viewing");
    box.setAttribute("aria-busy", "true");
    shown = wanted;
    let inside = null;
    try {
      inside = await window.greenpaperView(wanted);
    } catch {
      inside = null;
    }
    if (mine !== asked || box.hidden) return;
    box.removeAttribute("aria-busy");
    const view = box.querySelector(".gp-view");
    if (inside === null) failed(view, box.dataset.failed);
    else view.innerHTML = inside;
    look();
    toQuote();
    say();
    refocus(focused);
  }

  function failed(view, sentence) {
    const line = document.createElement("p");
    line.className = "gp-error";
    line.setAttribute("role", "alert");
    line.textContent = sentence;
    view.replaceChildren(line);
  }

  function say() {
    const parts = [".gp-view-title", ".gp-view-where"].map((part) => panel().querySelector(part)?.textContent);
    panel().querySelector(".gp-view-said").textContent = parts.filter(Boolean).join(", ");
  }

  function refocus(focused) {
    const again = focused && panel().querySelector(`${focused}:not(:disabled)`);
    (again || panel().querySelector(".gp-view-title"))?.focus({ preventScroll: true });
  }

  function look() {
    const box = panel();
    box.classList.toggle("gp-as-text", asText);
    box.style.setProperty("--gp-zoom", STEPS[step]);
    const set = (what, change) => {
      const element = box.querySelector(what);
      if (element) change(element);
    };
    set('[data-do="text"]', (button) => button.setAttribute("aria-pressed", asText));
    set(".gp-view-zoom", (label) => (label.textContent = `${100 * STEPS[step]} %`));
    set('[data-do="smaller"]', (button) => (button.disabled = asText || step === 0));
    set('[data-do="larger"]', (button) => (button.disabled = asText || step === STEPS.length - 1));
  }

  const within = (one, other) => one.top < other.bottom && one.bottom > other.top;

  // What was in view stays there: the quote, else the middle of the page.
  function zoom(by) {
    const scroller = panel().querySelector(".gp-view-scroll");
    const quote = panel().querySelector(".gp-box");
    const seen = quote && within(quote.getBoundingClientRect(), scroller.getBoundingClientRect());
    const middle = (scroller.scrollTop + scroller.clientHeight / 2) / scroller.scrollHeight;
    step = Math.min(STEPS.length - 1, Math.max(0, step + by));
    look();
    if (seen) toQuote();
    else scroller.scrollTop = middle * scroller.scrollHeight - scroller.clientHeight / 2;
  }

  function toQuote() {
    const scroller = panel().querySelector(".gp-view-scroll");
    if (!scroller) return;
    const paper = !asText && scroller.querySelector(".gp-paper");
    const quote = paper ? paper.querySelector(".gp-box") : scroller.querySelector(".gp-view-text mark");
    const top = quote ? quote.getBoundingClientRect().top - scroller.getBoundingClientRect().top : 0;
    scroller.scrollTop = quote ? scroller.scrollTop + top - 0.28 * scroller.clientHeight : 0;
    scroller.scrollLeft = paper && quote ? quote.offsetLeft - 12 : 0;
  }

  function close() {
    asked++;
    panel().hidden = true;
    root.classList.remove("gp-viewing");
    unmark();
    if (opener?.isConnected) opener.focus();
    shown = opener = null;
  }

  function unmark() {
    for (const old of document.querySelectorAll("a.gp-cite[aria-current]")) old.removeAttribute("aria-current");
  }

  // The citations of the answer to which `marker` belongs, in the order of its cards.
  function cite(marker, focused) {
    const card = document.getElementById(marker.getAttribute("href").slice(1));
    if (!card) return;
    const section = card.closest(".gp-proof");
    for (const other of document.querySelectorAll(".gp-proof")) other.hidden = other !== section;
    for (const old of document.querySelectorAll(".gp-on")) old.classList.remove("gp-on");
    card.classList.add("gp-on");
    card.scrollIntoView({ block: "nearest" });
    const cards = [...section.querySelectorAll(".gp-card")];
    citations = cards.map((one) => `a.gp-cite[href="#${one.id}"]`);
    opener = marker;
    unmark();
    marker.setAttribute("aria-current", "true");
    const place = { marker: cards.indexOf(card) + 1, markers: cards.length };
    show({ ...JSON.parse(card.querySelector("[data-view]").dataset.view), ...place }, focused);
  }

  function other(by, focused) {
    const marker = document.querySelector(citations[shown.marker - 1 + by]);
    if (marker) cite(marker, focused);
  }

  const DO = {
    close,
    larger: () => zoom(1),
    smaller: () => zoom(-1),
    before: () => other(-1, '[data-do="before"]'),
    after: () => other(1, '[data-do="after"]'),
    text: () => {
      asText = !asText;
      look();
      toQuote();
    },
  };

  document.addEventListener("click", (event) => {
    const target = event.target instanceof Element && event.target.closest("a.gp-cite, [data-view], .gp-viewer button");
    if (!target || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    if (target.matches("a.gp-cite")) return cite(target);
    const card = target.closest(".gp-card");
    const marker = card && document.querySelector(`a.gp-cite[href="#${card.id}"]`);
    if (marker) return cite(marker);
    if (target.dataset.do) return DO[target.dataset.do]();
    if (target.dataset.page) {
      const later = Number(target.dataset.page) > (shown.page || 0);
      return show({ ...shown, page: Number(target.dataset.page) }, `[data-turn-page="${later ? "after" : "before"}"]`);
    }
    if (!target.closest(".gp-viewer")) opener = target;
    show(JSON.parse(target.dataset.view));
  });

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !event.isComposing && panel() && !panel().hidden) close();
  });
})();
