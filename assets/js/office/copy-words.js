// <copy-words>: a paragraph and a button that copies its words, where the browser can.
customElements.define("copy-words", class extends HTMLElement {
  connectedCallback() {
    const button = this.querySelector("button");
    if (!button || !navigator.clipboard) return;
    button.hidden = false;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(this.querySelector("p").textContent);
      button.toggleAttribute("data-done", true);
    });
  }
});
