// Buttons of our own HTML (ui/web/wire.py): what they want goes to the server, and what comes back is done here.
// A file is made from bytes that came with the reply; nothing is stored, nothing is requested.
(() => {
  "use strict";
  const ratings = new Map();
  let leaving = 0;
  window.greenpaperWanted = "{}";

  function values(button) {
    const found = { ...button.dataset };
    for (const field of button.closest("[data-form]")?.querySelectorAll("[name]") ?? [])
      found[field.name] = field.type === "checkbox" ? field.checked : field.value;
    return found;
  }

  document.addEventListener("click", (event) => {
    const button = event.target instanceof Element && event.target.closest("[data-wire]");
    if (!button || (button.matches("a") && (event.ctrlKey || event.metaKey || event.shiftKey))) return;
    event.preventDefault();
    // A link leads on even where the server does not answer.
    if (button.matches("a")) leaving = setTimeout(() => location.assign(button.href), 3000);
    window.greenpaperWanted = JSON.stringify(values(button));
    for (const menu of document.querySelectorAll("details.gp-menu[open]")) if (menu.contains(button)) menu.open = false;
    document.getElementById(`gp-wire-${button.dataset.wire}`).click();
  });

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !(event.target instanceof Element)) return;
    const menu = event.target.closest("details.gp-menu[open]");
    if (!menu) return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });

  function save(file) {
    const bytes = Uint8Array.from(atob(file.data), (letter) => letter.charCodeAt(0));
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([bytes], { type: file.type }));
    link.download = file.name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
  }

  async function copy(text) {
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      const area = document.createElement("textarea");
      area.value = text;
      document.body.append(area);
      area.select();
      document.execCommand("copy");
      area.remove();
    }
  }

  function say(id, said) {
    for (const other of document.querySelectorAll("[data-said]")) other.textContent = "";
    const line = document.getElementById(id);
    if (line) line.textContent = said;
  }

  function press() {
    for (const tools of document.querySelectorAll(".gp-tools[data-answer]")) {
      const rating = ratings.get(tools.dataset.answer);
      if (rating === undefined) continue;
      for (const button of tools.querySelectorAll("button[data-rating]")) {
        const on = String(button.dataset.rating === rating);
        if (button.getAttribute("aria-pressed") !== on) button.setAttribute("aria-pressed", on);
      }
    }
  }
  new MutationObserver(press).observe(document.documentElement, { childList: true, subtree: true });

  window.greenpaperReply = async (text) => {
    clearTimeout(leaving);
    const reply = JSON.parse(text);
    if (reply.pressed) ratings.set(String(reply.pressed[0]), reply.pressed[1]);
    press();
    if (reply.text !== null) await copy(reply.text);
    if (reply.file) save(reply.file);
    if (reply.at) say(reply.at, reply.said);
    if (reply.page) location.hash = `#${reply.page}`;
    if (reply.address) location.assign(reply.address + location.hash);
  };
})();
