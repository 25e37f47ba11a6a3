// A quote leads back to the marker that was followed to it, or to the first that stands for it.
(() => {
  "use strict";
  const calm = () => matchMedia("(prefers-reduced-motion: reduce)").matches;
  let last = null;

  document.addEventListener("click", (event) => {
    const link = event.target instanceof Element && event.target.closest("a.gp-cite, a.gp-back");
    if (!link) return;
    if (link.matches("a.gp-cite")) {
      last = link;
      return;
    }
    event.preventDefault();
    const selector = `a.gp-cite[href="#${link.closest(".gp-card").id}"]`;
    const marker = last?.isConnected && last.matches(selector) ? last : document.querySelector(selector);
    if (!marker) return;
    marker.focus({ preventScroll: true });
    marker.scrollIntoView({ block: "center", behavior: calm() ? "auto" : "smooth" });
  });
})();
