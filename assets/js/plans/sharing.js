// <copy-text>: the button copies the field beside it and says so.
import { say } from "../shell.js";

class CopyText extends HTMLElement {
  connectedCallback() {
    const field = this.querySelector("input");
    const button = this.querySelector("button");
    field.addEventListener("focus", () => field.select());
    button.addEventListener("click", async () => {
      try {
        await navigator.clipboard.writeText(field.value);
        say(button.dataset.copied);
      } catch {
        field.focus(); // no clipboard here: it is selected, ready to be copied by hand
      }
    });
  }
}

customElements.define("copy-text", CopyText);
