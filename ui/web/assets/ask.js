// The stage line counts its seconds, and the conversation follows the text. Nothing is stored or requested.
(() => {
  "use strict";
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

  document.addEventListener("click", (event) => {
    if (event.target instanceof Element && event.target.closest("#gp-edit"))
      document.querySelector("#gp-box textarea").focus();
  });

  let follow = true;
  let before = "";
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
    if (!talk) return;
    for (const change of changes)
      for (const node of change.addedNodes)
        if (node instanceof Element && (node.matches(".gp-turn") || node.querySelector(".gp-turn"))) follow = true;
    const extent = `${talk.clientHeight} ${talk.scrollHeight}`;
    if (follow && extent !== before) scroller().scrollTop = scroller().scrollHeight;
    before = extent;
  }).observe(document.documentElement, { childList: true, subtree: true, characterData: true });
})();
