// Keys: `data-keys="g d"` on a link or button is pressed by g then d, on a field it is focused. Never while typing.
// Switched off with `localStorage.keys = "off"`: the sheet of keys has a box for it.
const WAIT = 1200;
let typed = [];
let timer;

const isTyping = (element) => element.closest?.("input:not([type=checkbox], [type=radio], [type=button]), textarea, select, [contenteditable]");
const isOff = () => {
  try {
    return localStorage.getItem("keys") === "off";
  } catch {
    return false;
  }
};

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || event.isComposing) return;
  const isFunction = /^F\d+$/.test(event.key);
  if (!isFunction && (event.key.length !== 1 || isTyping(event.target) || isOff())) return;
  clearTimeout(timer);
  typed = [...typed, event.key].slice(-3);
  timer = setTimeout(() => (typed = []), WAIT);
  const root = document.querySelector("dialog[open]:modal") ?? document;
  for (let from = 0; from < typed.length; from++) {
    const found = root.querySelector(`[data-keys="${CSS.escape(typed.slice(from).join(" "))}"]`) ?? byKeys(root, typed.slice(from).join(" "));
    if (found) {
      event.preventDefault();
      typed = [];
      press(found);
      return;
    }
  }
});

function byKeys(root, keys) {
  return [...root.querySelectorAll("[data-keys]")].find((element) => element.dataset.keys === keys);
}

function press(element) {
  if (element.matches("input, textarea, select")) {
    element.focus();
    element.select?.();
  } else if (element.matches("dialog")) element.showModal();
  else element.click();
}

document.addEventListener("change", (event) => {
  if (!event.target.matches("[data-keys-switch]")) return;
  try {
    localStorage.setItem("keys", event.target.checked ? "on" : "off");
  } catch {
    // A browser that keeps nothing keeps the keys on.
  }
});
for (const box of document.querySelectorAll("[data-keys-switch]")) box.checked = !isOff();
