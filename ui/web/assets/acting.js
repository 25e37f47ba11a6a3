// Controls in markup of ours: a button with data-act or data-do becomes an event of the component around it,
// with {what, id, value}; so does a box that is ticked, {what, id, on}, and a form that is filled in,
// {what: "filter", ...its fields}. After every change what is ticked is what the markup says, and the focus
// goes to what asks for it with data-focus.
(() => {
  "use strict";
  const PAUSE_MS = 30;
  const idOf = (control) => control.closest("[data-id]")?.dataset.id ?? "";

  function fields(form) {
    const values = {};
    for (const field of form.elements)
      if (field.name) values[field.name] = field.type === "checkbox" ? field.checked : field.value;
    return values;
  }

  window.greenpaperActing = (element, trigger, watch, act, long) => {
    let before = null;
    let later = 0;
    element.addEventListener("click", (event) => {
      const button = event.target.closest("button[data-act], button[data-do]");
      if (!button || button.disabled) return;
      const { act: quick, do: slow, value = "" } = button.dataset;
      before = button;
      trigger(quick ? act : long, { what: quick ?? slow, id: idOf(button), value });
    });
    element.addEventListener("change", (event) => {
      const box = event.target.closest("input[data-act]");
      if (box) trigger(act, { what: box.dataset.act, id: idOf(box), on: box.checked });
    });
    element.addEventListener("input", (event) => {
      const form = event.target.closest("form");
      if (!form) return;
      clearTimeout(later);
      later = setTimeout(() => trigger(act, { what: "filter", ...fields(form) }), PAUSE_MS);
    });
    element.addEventListener("submit", (event) => event.preventDefault());
    watch("value", () => {
      for (const box of element.querySelectorAll("input[data-act]")) box.checked = box.hasAttribute("checked");
      const wanted = element.querySelector("[data-focus]");
      if (wanted && !element.contains(document.activeElement?.closest(".gp-sure"))) wanted.focus();
      else if (!wanted && before && !before.isConnected) element.querySelector("button")?.focus();
      if (!wanted) before = null;
    });
  };
})();
