// <short-lived>: what is inside may be used until a moment, then it goes.
class ShortLived extends HTMLElement {
  connectedCallback() {
    this.timer = setTimeout(() => this.remove(), Math.max(0, Date.parse(this.dataset.until) - Date.now()));
  }

  disconnectedCallback() {
    clearTimeout(this.timer);
  }
}

customElements.define("short-lived", ShortLived);
