// Files are handed over by dropping them, or by choosing files or a folder. Each goes to this computer's own
// server, one after the other; then the page is told their names. Files of kinds that are not read are left out.
(() => {
  "use strict";

  async function entries(directory) {
    const reader = directory.createReader();
    const all = [];
    for (;;) {
      const some = await new Promise((done, failed) => reader.readEntries(done, failed));
      if (!some.length) return all;
      all.push(...some);
    }
  }

  async function* walk(entry, path) {
    if (entry.name.startsWith(".")) return;
    const name = path + entry.name;
    if (entry.isFile) yield { file: await new Promise((done, failed) => entry.file(done, failed)), name };
    else for (const below of await entries(entry)) yield* walk(below, `${name}/`);
  }

  async function dropped(transfer) {
    const roots = [...transfer.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
    const files = [];
    for (const root of roots) for await (const one of walk(root, "")) files.push(one);
    return files;
  }

  const chosen = (input) =>
    [...input.files].map((file) => ({ file, name: file.webkitRelativePath || file.name }));

  window.greenpaperDrop = (element, trigger, upload, handed) => {
    const find = (selector) => element.querySelector(selector);
    let busy = false;

    async function hand(files) {
      const zone = find(".gp-drop");
      const { kinds, limit, copying, failed } = zone.dataset;
      const known = kinds.split(" ");
      const fits = ({ file, name }) =>
        known.some((kind) => name.toLowerCase().endsWith(kind)) && file.size <= Number(limit);
      const good = files.filter(fits);
      const others = files.filter((one) => !fits(one)).map((one) => ({ name: one.name, size: one.file.size }));
      if (busy || !files.length) return;
      busy = true;
      zone.setAttribute("aria-busy", "true");
      const done = [];
      try {
        for (const { file, name } of good) {
          find(".gp-drop-status").textContent = copying.replace("#", `${done.length + 1} / ${good.length}`);
          done.push({ path: (await upload(file)).path, name });
        }
        find(".gp-drop-status").textContent = "";
      } catch (error) {
        console.error(error);
        find(".gp-drop-status").textContent = failed;
      }
      busy = false;
      zone.removeAttribute("aria-busy");
      for (const input of element.querySelectorAll("input[type=file]")) input.value = "";
      trigger(handed, { files: done, others, typed: "", ocr: find("[name=ocr]").checked });
    }

    const over = (on) => find(".gp-drop").classList.toggle("gp-over", on);
    element.addEventListener("dragover", (event) => {
      event.preventDefault();
      over(true);
    });
    element.addEventListener("dragleave", (event) => over(element.contains(event.relatedTarget)));
    element.addEventListener("drop", async (event) => {
      event.preventDefault();
      over(false);
      hand(await dropped(event.dataTransfer));
    });
    element.addEventListener("click", (event) => {
      const button = event.target.closest("button[data-choose]");
      if (button) find(`input[data-for=${button.dataset.choose}]`).click();
    });
    element.addEventListener("change", (event) => {
      if (event.target.matches("input[type=file]")) hand(chosen(event.target));
    });
    element.addEventListener("submit", (event) => {
      event.preventDefault();
      const field = find("[name=path]");
      if (field.value.trim())
        trigger(handed, { files: [], others: [], typed: field.value, ocr: find("[name=ocr]").checked });
    });
  };
  // A file that is dropped beside the place for it must not replace the page.
  for (const kind of ["dragover", "drop"])
    addEventListener(kind, (event) => event.dataTransfer?.types.includes("Files") && event.preventDefault());
})();
