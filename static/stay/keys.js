// Work by keyboard: an element with data-key acts on its key while nobody is typing. Inside an open group
// (details with data-key) the keys of the group come first. A button with data-pick chooses a value in a select.
(() => {
  const TYPED = "input:not([type=checkbox]):not([type=radio]):not([type=hidden]), textarea, [contenteditable]";
  const NATIVE_ENTER = "a, button, summary, textarea, input:not([type=checkbox])";
  const isShown = (el) => el.offsetParent !== null && !el.disabled && !el.matches("fieldset:disabled *");
  const find = (root, key) => [...root.querySelectorAll("[data-key]")].find((el) => el.dataset.key === key && isShown(el));
  const openGroup = () => document.querySelector("details[data-key][open]");

  const pick = (button) => {
    const select = document.getElementById(button.dataset.pick);
    select.value = button.dataset.value;
    select.dispatchEvent(new Event("change", { bubbles: true }));
    document.querySelectorAll("select[data-if-empty]").forEach((other) => { if (!other.value) other.value = other.dataset.ifEmpty; });
    button.closest("details").open = false;
    select.focus();
  };

  const act = (el) => {
    if (el.matches("details")) {
      el.open = !el.open;
      el.querySelector("summary").focus();
    } else if (el.matches("select, textarea, input:not([type=checkbox])")) {
      el.focus();
    } else {
      el.click();
    }
  };

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-pick]");
    if (button) pick(button);
    const opener = event.target.closest("[data-opens]");
    if (opener) document.getElementById(opener.dataset.opens).showModal();
    const closer = event.target.closest("[data-closes]");
    if (closer) closer.closest("dialog").close();
  });

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || document.querySelector("dialog[open]")) return;
    if (event.key === "Escape") {
      const group = openGroup();
      if (group) group.open = false;
      document.activeElement.blur();
      return;
    }
    const target = event.target;
    if (target.matches(TYPED)) return;
    if (event.key === "Enter" && target.matches(NATIVE_ENTER)) return;
    if (target.matches("select") && event.key !== "Enter") return;
    const group = openGroup();
    const found = (group && find(group, event.key)) || find(document, event.key);
    if (!found) return;
    event.preventDefault();
    act(found);
  });
})();
