// <plan-editor>: what the server's forms cannot do alone. Lines are dragged by their grip, the search follows the field one types
// in, focus survives a swap, and text that was not saved yet survives a reload. Every act is a form of the page.
let focused = "";

class PlanEditor extends HTMLElement {
  connectedCallback() {
    this.addEventListener("focusin", (event) => this.follow(event.target));
    this.addEventListener("pointerdown", (event) => this.grab(event));
    this.addEventListener("input", (event) => keep(event.target));
    this.addEventListener("submit", (event) => forget(event.target), true);
    this.querySelectorAll("[data-keep]").forEach(recall);
    queueMicrotask(() => this.refocus());
  }

  // One list of suggestions for the whole page: it moves into the form that is being filled in.
  follow(target) {
    focused = target.id || focused;
    if (!target.matches("[data-search]")) return;
    const found = document.getElementById("found");
    const form = target.closest("form");
    if (!found || form.contains(found)) return;
    found.replaceChildren();
    form.append(found);
  }

  refocus() {
    const wanted = this.querySelector("[autofocus]") ?? (focused && document.getElementById(focused));
    if (!wanted || !this.contains(wanted) || this.contains(document.activeElement)) return;
    (wanted.disabled ? wanted.closest("li, section")?.querySelector("a, button:enabled") : wanted)?.focus();
  }

  grab(event) {
    const grip = event.target.closest(".grip");
    if (!grip || event.button) return;
    event.preventDefault();
    const line = grip.closest(".line");
    const start = where(line);
    line.classList.add("is-dragged");
    // On the document: an element that moves in the tree loses its pointer.
    const over = new AbortController();
    document.addEventListener("pointermove", (moved) => this.drag(line, moved), over);
    const end = (ended) => {
      over.abort();
      line.classList.remove("is-dragged");
      const now = where(line);
      if (ended.type === "pointercancel" || (now.unit === start.unit && now.at === start.at)) put(line, start);
      else this.place(line, now);
    };
    document.addEventListener("pointerup", end, over);
    document.addEventListener("pointercancel", end, over);
  }

  drag(line, { clientX, clientY }) {
    const under = document.elementFromPoint(clientX, clientY);
    if (line.contains(under)) return;
    const other = under?.closest(".line");
    const unit = under?.closest("[data-unit]");
    if (other && this.contains(other)) {
      const box = other.getBoundingClientRect();
      other[clientY < box.top + box.height / 2 ? "before" : "after"](line);
    } else if (unit && !other && this.contains(unit) && !unit.contains(line)) {
      unit.querySelector("[data-lines]").append(line);
    }
  }

  // The line's own form carries token and id; only its address and two fields are others.
  place(line, { unit, at }) {
    const form = line.querySelector("form");
    const data = new FormData(form);
    data.set("unit", unit);
    data.set("at", at);
    const { csrf, ...values } = Object.fromEntries(data);
    window.htmx.ajax("POST", line.dataset.placeUrl, { source: form, swap: "none", values: { ...values, csrf } });
  }
}

const where = (line) => ({ unit: line.closest("[data-unit]").dataset.unit, at: [...line.parentElement.children].indexOf(line) });

function put(line, { unit, at }) {
  const list = document.querySelector(`[data-unit="${CSS.escape(unit)}"] [data-lines]`);
  line.remove();
  list.insertBefore(line, list.children[at] ?? null);
}

const key = (field) => `draft:${field.dataset.keep}`;

function keep(field) {
  if (!field.matches("[data-keep]")) return;
  try {
    sessionStorage.setItem(key(field), field.value);
  } catch {
    // No storage here: nothing is kept, nothing breaks.
  }
}

function recall(field) {
  try {
    const kept = sessionStorage.getItem(key(field));
    if (kept === null || kept === field.value || field.getAttribute("aria-invalid")) return;
    field.value = kept;
    field.closest("details")?.setAttribute("open", "");
  } catch {
    // As above.
  }
}

function forget(form) {
  for (const field of form.querySelectorAll("[data-keep]")) {
    try {
      sessionStorage.removeItem(key(field));
    } catch {
      // As above.
    }
  }
}

customElements.define("plan-editor", PlanEditor);
