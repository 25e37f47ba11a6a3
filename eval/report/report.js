// Filters the list of cases and opens them for printing. Everything can be read without it; nothing is stored or requested.
(() => {
  "use strict";
  const form = document.getElementById("filter");
  const cases = [...document.querySelectorAll("details.case")];
  const results = () => document.querySelectorAll("details.case .result");
  let system = "";
  const texts = [];
  const text = (number) => (texts[number] ??= cases[number].textContent.toLowerCase());

  function fits(number, want) {
    const { t: tags, o: outcomes } = cases[number].dataset;
    if (want.tag && !tags.split(" ").includes(want.tag)) return false;
    if (want.outcome && want.system && outcomes[Number(want.system)] !== want.outcome) return false;
    if (want.outcome && !want.system && !outcomes.includes(want.outcome)) return false;
    return want.words.every((word) => text(number).includes(word));
  }

  function apply() {
    const field = (name) => form.elements[name].value;
    const words = field("text").toLowerCase().split(/\s+/).filter(Boolean);
    const want = { words, tag: field("tag"), system: field("system"), outcome: field("outcome") };
    let shown = 0;
    cases.forEach((element, number) => {
      const fitting = fits(number, want);
      element.hidden = !fitting;
      shown += fitting ? 1 : 0;
    });
    const all = cases.length.toLocaleString("en");
    const some = shown.toLocaleString("en");
    form.querySelector("output").textContent =
      shown === cases.length ? `All ${all} cases` : `${some} of ${all} cases`;
    if (want.system !== system) {
      system = want.system;
      for (const result of results()) result.hidden = system !== "" && result.dataset.s !== system;
    }
  }

  let waiting = 0;
  form.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(apply, 120);
  });
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => setTimeout(apply));
  form.querySelector("[data-open]").addEventListener("click", (event) => {
    const open = event.target.dataset.open === "yes";
    for (const element of cases) if (!element.hidden) element.open = open;
    event.target.dataset.open = open ? "no" : "yes";
    event.target.textContent = open ? "Close them" : "Open them";
  });

  document.addEventListener("click", (event) => {
    const link = event.target instanceof Element && event.target.closest("a[data-filter]");
    if (!link) return;
    form.reset();
    for (const name of ["text", "tag", "system", "outcome"])
      if (link.dataset[name] !== undefined) form.elements[name].value = link.dataset[name];
    apply();
  });

  function openTarget() {
    const target = document.getElementById(location.hash.slice(1));
    if (!target || !target.matches("details.case")) return;
    target.hidden = false;
    target.open = true;
    target.scrollIntoView();
  }
  addEventListener("hashchange", openTarget);

  let opened = [];
  addEventListener("beforeprint", () => {
    opened = cases.filter((element) => !element.open && !element.hidden);
    for (const element of opened) element.open = true;
  });
  addEventListener("afterprint", () => {
    for (const element of opened) element.open = false;
  });

  form.hidden = false;
  apply();
  openTarget();
})();
