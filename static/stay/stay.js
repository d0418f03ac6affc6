// Small behaviours of every page: tooltips, the drawer, questions before harm, what a screen reader hears.
(() => {
  const each = (root, selector, act) => root.querySelectorAll(selector).forEach(act);

  const wake = (root) => {
    each(root, '[data-bs-toggle="tooltip"]', (el) => window.tabler?.Tooltip.getOrCreateInstance(el, { trigger: "hover focus" }));
    each(root, "select[data-submit]", (el) => el.addEventListener("change", () => el.form.requestSubmit()));
    each(root, "[data-copy]", (el) => el.addEventListener("click", () => navigator.clipboard?.writeText(el.dataset.copy)));
  };

  // A form or button with data-confirm asks first, in its own words, and says what it will change.
  const ask = (el, go) => {
    const dialog = document.getElementById("confirm");
    const yes = dialog.querySelector("[value=yes]");
    dialog.querySelector("#confirm-title").textContent = el.dataset.confirmTitle || dialog.querySelector("#confirm-title").textContent;
    dialog.querySelector("#confirm-text").textContent = el.dataset.confirm;
    yes.textContent = el.dataset.confirmAction || yes.dataset.default;
    dialog.onclose = () => dialog.returnValue === "yes" && go();
    dialog.returnValue = "";
    dialog.showModal();
  };

  document.addEventListener("click", (event) => {
    const answer = event.target.closest("#confirm button[value]");
    if (answer) document.getElementById("confirm").close(answer.value);
  });

  document.addEventListener("submit", (event) => {
    const form = event.target;
    const asking = event.submitter?.dataset.confirm ? event.submitter : form.dataset.confirm ? form : null;
    if (!asking || form.dataset.confirmed) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    ask(asking, () => {
      form.dataset.confirmed = "yes";
      form.requestSubmit(event.submitter);
      delete form.dataset.confirmed;
    });
  }, true);

  // A button whose answer may take seconds turns until the next page is there; also after a step back to this one.
  const rest = () => each(document, ".btn-loading", (el) => { el.classList.remove("btn-loading"); el.removeAttribute("aria-busy"); });
  document.addEventListener("submit", (event) => {
    const button = event.submitter;
    if (event.defaultPrevented || !button?.hasAttribute("data-slow")) return;
    button.classList.add("btn-loading");
    button.setAttribute("aria-busy", "true");
  });
  window.addEventListener("pageshow", rest);

  const sum = (box) => {
    const parts = [...box.querySelectorAll("[data-part]")].map((one) => Number(one.value.trim() || 0));
    const shown = box.querySelector("output");
    shown.textContent = parts.some(Number.isNaN) ? "–" : String(Number(parts.reduce((all, one) => all + one, 0).toFixed(6)));
  };
  document.addEventListener("input", (event) => {
    const box = event.target.closest("[data-sum]");
    if (box) sum(box);
  });
  document.querySelectorAll("[data-sum]").forEach(sum);

  document.addEventListener("htmx:confirm", (event) => {
    if (!event.target.dataset?.confirm || event.target.tagName === "FORM") return;
    event.preventDefault();
    ask(event.target, () => event.detail.issueRequest(true));
  });

  // What the server still works on is of no use once the form changes or the page is left: it is told to stop.
  // The next work gets a name of its own, so that a word which comes late stops nothing newer.
  let turn = 0;
  const stop = () => each(document, "[data-stale].htmx-request", (el) => {
    navigator.sendBeacon(el.dataset.stale, new FormData(el.form));
    const name = el.form.elements[el.dataset.staleName];
    name.value = `${name.value.split(".")[0]}.${++turn}`;
  });
  window.addEventListener("pagehide", stop);
  ["input", "change", "draft-changed"].forEach((name) => document.addEventListener(name, stop, true)); // before the new work begins

  // Work that was stopped though nobody asked for other work since, and whose end nobody was told, is asked for again.
  document.addEventListener("htmx:afterRequest", (event) => {
    const el = event.detail.elt;
    if (event.detail.xhr?.status !== 204 || !el.matches("[data-again]")) return;
    const isDue = () => el.isConnected && !document.querySelector("[data-stale].htmx-request") && !el.querySelector("[data-stopped]");
    setTimeout(() => isDue() && window.htmx.trigger(document.body, el.dataset.again), 800);
  });

  // After a step of the rule builder: on to what has come. Enter in one of its values asks for the count, and saves nothing.
  document.addEventListener("focus-on", (event) => document.getElementById(event.detail.value)?.focus());
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing || !event.target.matches("#builder input:not([type=checkbox])")) return;
    event.preventDefault();
    event.target.dispatchEvent(new Event("change", { bubbles: true }));
  });

  // A form that would be lost: the browser asks before the page is left.
  const unsaved = new Set();
  ["input", "change", "draft-changed"].forEach((name) => document.addEventListener(name, (event) => {
    const form = event.target.closest?.("form[data-unsaved]") ?? document.querySelector("form[data-unsaved]");
    if (form && (name === "draft-changed" || event.target.form === form)) unsaved.add(form);
  }));
  document.addEventListener("submit", (event) => unsaved.delete(event.target));
  window.addEventListener("beforeunload", (event) => unsaved.size && event.preventDefault());

  document.addEventListener("htmx:load", (event) => wake(event.detail.elt));
  document.addEventListener("htmx:beforeSwap", (event) => event.detail.target && each(event.detail.target, '[data-bs-toggle="tooltip"]', (el) => window.tabler?.Tooltip.getInstance(el)?.dispose()));

  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.detail.target?.id !== "drawer-body") return;
    const drawer = document.getElementById("drawer");
    const title = event.detail.target.querySelector("[data-drawer-title]");
    if (title) drawer.querySelector("#drawer-title").textContent = title.dataset.drawerTitle;
    window.tabler?.Offcanvas.getOrCreateInstance(drawer).show();
  });

  document.addEventListener("htmx:sendError", () => {
    const box = document.getElementById("messages");
    if (box) box.innerHTML = document.getElementById("offline").innerHTML;
  });
})();
