// <num-stepper>: minus and plus around a number that can be typed. Long press repeats. Comma and dot are both decimals.
class NumStepper extends HTMLElement {
  connectedCallback() {
    if (this.ready) return;
    this.ready = true;
    this.addEventListener("pointerdown", (event) => this.hold(event));
    for (const end of ["pointerup", "pointerleave", "pointercancel"]) this.addEventListener(end, () => this.release());
    this.addEventListener("click", (event) => {
      const button = event.target.closest("[data-by]");
      if (button && !this.held) this.by(Number(button.dataset.by));
      this.held = false;
    });
    this.addEventListener("focusin", (event) => event.target.matches("input") && event.target.select());
    this.addEventListener("keydown", (event) => {
      if (!event.target.matches("input") || !["ArrowUp", "ArrowDown"].includes(event.key)) return;
      event.preventDefault();
      this.by(event.key === "ArrowUp" ? 1 : -1);
    });
  }

  get input() {
    return this.querySelector("input");
  }

  by(times) {
    const input = this.input;
    const comma = input.value.includes(",");
    const step = Number(this.dataset.step || 1);
    const value = Number(input.value.replace(",", ".")) || 0;
    const lowest = this.dataset.min === undefined ? -Infinity : Number(this.dataset.min);
    const highest = this.dataset.max === undefined ? Infinity : Number(this.dataset.max);
    const next = Math.min(Math.max(Number((value + times * step).toFixed(3)), lowest), highest);
    input.value = comma ? String(next).replace(".", ",") : String(next);
    input.dispatchEvent(new Event("input", { bubbles: true }));
    input.dispatchEvent(new Event("change", { bubbles: true }));
  }

  hold(event) {
    const button = event.target.closest("[data-by]");
    if (!button) return;
    this.release();
    this.held = false;
    this.timer = setTimeout(() => {
      this.held = true;
      this.timer = setInterval(() => this.by(Number(button.dataset.by)), 110);
    }, 450);
  }

  release() {
    clearTimeout(this.timer);
    clearInterval(this.timer);
  }
}

if (!customElements.get("num-stepper")) customElements.define("num-stepper", NumStepper);
