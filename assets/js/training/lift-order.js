// <lift-order>: exercises are dragged by their grip, by finger or mouse, and moved with the arrow keys. The form inside says the order.
let focused = "";

class LiftOrder extends HTMLElement {
  connectedCallback() {
    if (!this.ready) {
      this.ready = true;
      this.addEventListener("pointerdown", (event) => this.grab(event));
      this.addEventListener("keydown", (event) => this.step(event));
    }
    // The answer draws the list anew: whoever moved something with the keyboard is still at it.
    if (focused) this.querySelector(`.grip[data-card="${CSS.escape(focused)}"]`)?.focus();
  }

  get lifts() {
    return [...this.querySelectorAll(".lift")];
  }

  step(event) {
    const grip = event.target.closest?.(".grip");
    const by = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (!grip || !by) return;
    event.preventDefault();
    const lift = grip.closest(".lift");
    const other = this.lifts[this.lifts.indexOf(lift) + by];
    if (!other) return;
    other[by < 0 ? "before" : "after"](lift);
    grip.focus();
    this.send();
  }

  grab(event) {
    const grip = event.target.closest(".grip");
    if (!grip || event.button) return;
    event.preventDefault();
    grip.focus();
    const lift = grip.closest(".lift");
    const before = this.order();
    // Cards are tall: while one is carried all of them show only their names.
    this.dataset.carrying = "";
    lift.classList.add("is-carried");
    lift.scrollIntoView({ block: "center" });
    const over = new AbortController();
    document.addEventListener("pointermove", (moved) => this.carry(lift, moved.clientY), over);
    const end = (ended) => {
      over.abort();
      delete this.dataset.carrying;
      lift.classList.remove("is-carried");
      if (ended.type === "pointercancel") this.restore(before);
      else if (this.order().join() !== before.join()) this.send();
    };
    document.addEventListener("pointerup", end, over);
    document.addEventListener("pointercancel", end, over);
  }

  carry(lift, y) {
    for (const other of this.lifts) {
      if (other === lift) continue;
      const box = other.getBoundingClientRect();
      if (y < box.top || y > box.bottom) continue;
      return other[y < box.top + box.height / 2 ? "before" : "after"](lift);
    }
  }

  order() {
    return this.lifts.map((lift) => lift.id.replace("card-", ""));
  }

  restore(order) {
    const list = this.querySelector(".lifts");
    for (const id of order) list.append(document.getElementById(`card-${id}`));
  }

  send() {
    const form = this.querySelector("form");
    form.querySelectorAll("[name=order]").forEach((field, n) => (field.value = this.order()[n]));
    // A key may come before the new list is bound: it would send the form as a whole page.
    window.htmx?.process(form);
    form.requestSubmit();
  }
}

document.addEventListener("focusin", (event) => (focused = event.target.closest(".grip")?.dataset.card ?? ""));

if (!customElements.get("lift-order")) customElements.define("lift-order", LiftOrder);
