// What the page does by itself: citations lead to their cards and back, the stage line counts its seconds,
// the conversation follows the text. Nothing is stored, nothing is requested.
(() => {
  "use strict";
  const calm = () => matchMedia("(prefers-reduced-motion: reduce)").matches;
  const scroll = (element) =>
    element.scrollIntoView({ block: "center", behavior: calm() ? "auto" : "smooth" });
  let lastMarker = null;

  function showCard(link) {
    const card = document.getElementById(link.getAttribute("href").slice(1));
    if (!card) return;
    for (const section of document.querySelectorAll(".gp-proof")) section.hidden = !section.contains(card);
    for (const old of document.querySelectorAll(".gp-on")) old.classList.remove("gp-on");
    card.classList.add("gp-on");
    lastMarker = link;
    card.focus({ preventScroll: true });
    scroll(card);
  }

  function showMarker(card) {
    const selector = `a.gp-cite[href="#${card.id}"]`;
    const marker =
      lastMarker && lastMarker.isConnected && lastMarker.matches(selector)
        ? lastMarker
        : document.querySelector(selector);
    if (!marker) return;
    marker.focus({ preventScroll: true });
    scroll(marker);
  }

  document.addEventListener("click", (event) => {
    const link = event.target instanceof Element && event.target.closest("a.gp-cite, a.gp-back");
    if (!link) return;
    event.preventDefault();
    if (link.matches(".gp-cite")) showCard(link);
    else showMarker(link.closest(".gp-card"));
  });

  let shown = "0";
  let since = 0;
  setInterval(() => {
    const line = document.querySelector(".gp-stage");
    const seconds = line && line.querySelector(".gp-seconds");
    if (!seconds) return;
    if (line.dataset.stage !== shown) {
      const ended = shown !== "0" && line.dataset.stage === "0";
      shown = line.dataset.stage;
      since = performance.now();
      if (ended && document.activeElement === document.body) document.querySelector("#gp-box textarea")?.focus();
    }
    seconds.textContent = shown === "0" ? "" : `${((performance.now() - since) / 1000).toFixed(1)} s`;
  }, 100);

  let follow = true;
  const scroller = () => {
    const talk = document.getElementById("gp-talk");
    return talk && getComputedStyle(talk).overflowY === "auto" ? talk : document.scrollingElement;
  };
  document.addEventListener(
    "scroll",
    () => {
      const box = scroller();
      follow = box.scrollHeight - box.scrollTop - box.clientHeight < 60;
    },
    true,
  );
  new MutationObserver((changes) => {
    const talk = document.getElementById("gp-talk");
    if (!talk || !changes.some((change) => talk.contains(change.target))) return;
    for (const change of changes)
      for (const node of change.addedNodes)
        if (node instanceof Element && (node.matches(".gp-turn") || node.querySelector(".gp-turn"))) follow = true;
    if (follow) scroller().scrollTop = scroller().scrollHeight;
  }).observe(document.documentElement, { childList: true, subtree: true, characterData: true });

  const english = () => document.documentElement.setAttribute("lang", "en");
  english();
  addEventListener("load", english);
})();
