// Markers lead to their quotes, and quotes back to the marker that was followed.
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
})();
