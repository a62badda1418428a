// <verdict-card>: says itself once, clears itself when green, stays when not. 1–9 press its buttons, Esc is done with it.
import { play } from "./sound.js";

const CLEAR = 8000;

class VerdictCard extends HTMLElement {
  connectedCallback() {
    performance.mark?.("verdict");
    const tap = this.dataset.tap;
    if (!this.hasAttribute("data-replay") && VerdictCard.said !== tap) play(this.dataset.sound);
    VerdictCard.said = tap;
    if (!this.hasAttribute("data-stays")) this.wait();
    this.addEventListener("pointerenter", () => clearTimeout(this.timer));
    this.addEventListener("focusin", () => clearTimeout(this.timer));
    this.addEventListener("pointerleave", () => this.wait());
    this.addEventListener("click", (event) => event.target.closest("[data-clear]") && this.clear());
    this.keys = (event) => this.keyed(event);
    document.addEventListener("keydown", this.keys);
    // More keys follow: a scanner, wherever the focus is. A window listener hears also what the scanner's own one keeps back.
    this.more = () => clearTimeout(this.pressing);
    addEventListener("keydown", this.more, { capture: true });
    this.swapped = () => this.lead();
    document.addEventListener("htmx:after:swap", this.swapped);
  }

  disconnectedCallback() {
    clearTimeout(this.timer);
    // The next card's verdict may be here already: a link that is no longer on the page would still lead away from it.
    clearTimeout(this.pressing);
    removeEventListener("keydown", this.more, { capture: true });
    document.removeEventListener("keydown", this.keys);
    document.removeEventListener("htmx:after:swap", this.swapped);
  }

  wait() {
    clearTimeout(this.timer);
    if (!this.hasAttribute("data-stays")) this.timer = setTimeout(() => this.clear(), Number(this.dataset.clears) || CLEAR);
  }

  keyed(event) {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
    const field = document.getElementById("q");
    const isElsewhere = event.target.matches?.("input, select, textarea") && event.target !== field;
    if (event.key === "Escape" && !document.querySelector("dialog[open]")) {
      event.preventDefault();
      this.clear();
    } else if (/^[1-9]$/.test(event.key) && !isElsewhere && !field?.value && this.hasAttribute("data-stays")) {
      // A scanner's first digit must not press a button: wait whether more keys follow.
      const pressed = this.querySelectorAll("[data-way]")[Number(event.key) - 1];
      this.pressing = setTimeout(() => {
        if (!pressed || field?.value.length > 1) return;
        if (field) field.value = "";
        pressed.click();
      }, 120);
    }
  }

  // A panel has opened: its first field is next.
  lead() {
    const first = this.querySelector("#fix form :is(input:not([type=hidden], [type=radio], [type=checkbox]), select), #fix form button");
    if (first && !this.querySelector("#fix").contains(document.activeElement)) (this.querySelector("#fix [autofocus]") ?? submitOr(first)).focus();
  }

  clear() {
    const idle = document.getElementById("idle");
    if (idle) this.parentElement?.replaceChildren(idle.content.cloneNode(true));
    else this.remove();
    document.getElementById("q")?.focus({ preventScroll: true });
    document.dispatchEvent(new CustomEvent("desk:cleared"));
  }
}

// Everything is filled in already: the button is what comes next, unless something must be typed.
function submitOr(first) {
  const form = first.form ?? first.closest("form");
  const empty = [...form.elements].find((one) => one.required && !one.value);
  return empty ?? form.querySelector("button[type=submit]") ?? first;
}

customElements.define("verdict-card", VerdictCard);
