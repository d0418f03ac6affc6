// Before the first paint: where the person left the choice to the device, follow the device.
(() => {
  const root = document.documentElement;
  if (!root.hasAttribute("data-theme-auto")) return;
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  const follow = () => root.setAttribute("data-bs-theme", dark.matches ? "dark" : "light");
  dark.addEventListener("change", follow);
  follow();
})();
