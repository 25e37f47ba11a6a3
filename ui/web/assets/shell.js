// One page at a time: the address after # names it, `html[data-page]` shows it, and the button that waits
// unseen in its column tells the server that the reader has come. Nothing is stored, nothing is requested.
(() => {
  "use strict";
  const root = document.documentElement;
  const pages = window.greenpaperPages;
  const named = () => pages.find((name) => `#${name}` === location.hash) ?? (location.hash ? null : pages[0]);
  let come = null;

  function whenThere(find, then) {
    const found = find();
    if (found) then(found);
    else setTimeout(() => whenThere(find, then), 50);
  }

  function arrive(name) {
    const link = document.querySelector(`.gp-nav a[href$="#${name}"]`);
    for (const other of document.querySelectorAll(".gp-nav a")) other.removeAttribute("aria-current");
    link.setAttribute("aria-current", "page");
    const brand = document.querySelector(".gp-name").textContent;
    document.title = name === pages[0] ? brand : `${link.textContent} – ${brand}`;
    document.getElementById(`gp-come-${name}`).click();
    const first = come === null;
    come = name;
    if (!first) focusOn(name);
  }

  function focusOn(name) {
    const page = document.getElementById(`gp-page-${name}`);
    page.querySelector(".gp-page-title, textarea")?.focus();
  }

  function show(name) {
    if (!name || name === come) return;
    root.dataset.page = name;
    whenThere(
      () => document.getElementById(`gp-come-${name}`) && document.querySelector(`.gp-nav a[href$="#${name}"]`),
      () => arrive(name),
    );
  }

  addEventListener("hashchange", () => show(named()));
  document.addEventListener("click", (event) => {
    const link = event.target instanceof Element && event.target.closest("a[data-to]");
    if (link) setTimeout(() => document.getElementById(link.dataset.to)?.scrollIntoView(), 100);
  });
  document.addEventListener("click", (event) => {
    const skip = event.target instanceof Element && event.target.closest(".gp-skip");
    if (!skip) return;
    event.preventDefault();
    focusOn(root.dataset.page);
  });

  const language = () => root.setAttribute("lang", location.pathname.split("/")[1] || "en");
  language();
  addEventListener("load", language);
  show(named() ?? pages[0]);
})();
