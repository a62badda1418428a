// A scanner is a keyboard that types faster than anybody. Its keys come a few milliseconds apart and end with Enter.
// Whatever had the focus gets its text back; somebody who types in a form keeps every letter.
const FAST = 45; // milliseconds between two keys of a scanner; quick typists need 80 and more
const LEAST = 4;

export function listen(onScan, { now = () => performance.now() } = {}) {
  let keys = "";
  let last = 0;
  let before = null;

  const begin = (target) => {
    keys = "";
    before = isText(target) ? { target, value: target.value, start: target.selectionStart, end: target.selectionEnd } : null;
  };

  const onKey = (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.repeat) return;
    const gap = now() - last;
    if (event.key === "Enter") {
      const isScan = keys.length >= LEAST && gap <= FAST;
      const code = keys;
      keys = "";
      if (!isScan) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      giveBack(before);
      onScan(code);
      return;
    }
    if (event.key.length !== 1) return;
    if (gap > FAST || !keys) begin(event.target);
    keys += event.key;
    last = now();
    // In the middle of a scan no key is a shortcut.
    if (keys.length > 1) event.stopPropagation();
  };
  addEventListener("keydown", onKey, { capture: true });
  return () => removeEventListener("keydown", onKey, { capture: true });
}

const isText = (element) => element?.matches?.("input:not([type=checkbox], [type=radio], [type=button], [type=submit]), textarea");

function giveBack(before) {
  if (!before) return;
  before.target.value = before.value;
  try {
    before.target.setSelectionRange(before.start, before.end);
  } catch {
    // Number and date fields have no selection to restore.
  }
}
