// A scanner is a keyboard that types faster than anybody. Its keys come a few milliseconds apart and end with Enter.
// Whatever had the focus gets its text back; somebody who types in a form keeps every letter.
const FAST = 45; // milliseconds between two keys of a scanner; quick typists need 80 and more
const PAUSE = 700; // whatever stood in the field longer than this was typed by somebody
const LEAST = 4;

export function listen(onScan) {
  let keys = "";
  let last = 0;
  let before = null;

  const begin = (target, pause) => {
    keys = "";
    if (!isText(target)) return (before = null);
    // A code that was just sent still stands in the field until its answer is here: it is no part of the next one.
    const value = target.dataset.sent === target.value ? "" : target.value;
    before = { target, value, start: target.selectionStart, end: target.selectionEnd, pause };
  };

  const onKey = (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.repeat) return;
    // When the key was pressed, not when this busy page got round to it.
    const gap = event.timeStamp - last;
    if (event.key === "Enter") {
      const isScan = keys.length >= LEAST && gap <= FAST;
      const code = hiccup(before) + keys;
      keys = "";
      if (!isScan) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      giveBack(before);
      onScan(code);
      return;
    }
    if (event.key.length !== 1) return;
    if (gap > FAST || !keys) begin(event.target, gap);
    keys += event.key;
    last = event.timeStamp;
    // In the middle of a scan no key is a shortcut.
    if (keys.length > 1) event.stopPropagation();
  };
  addEventListener("keydown", onKey, { capture: true });
  return () => removeEventListener("keydown", onKey, { capture: true });
}

// A scanner that stumbled in the scan field: what it wrote just before belongs to the same code.
const hiccup = (before) => (before?.target.id === "q" && before.pause < PAUSE ? before.value : "");

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
