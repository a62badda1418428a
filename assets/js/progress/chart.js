// The point under a finger or the focus is said below its chart; arrow keys walk along; the report can be copied, shared, printed.
import "../ui/print.js";
import { say } from "../shell.js";

const point = (event) => event.target.closest?.(".real-chart .dot");

for (const kind of ["focusin", "pointerover"]) {
  document.addEventListener(kind, (event) => {
    const dot = point(event);
    if (dot) dot.closest(".real-chart").querySelector(".point-said").textContent = dot.getAttribute("aria-label");
  });
}

// One stop for Tab in each chart, and the arrow keys from there: ninety days are not ninety stops.
const stop = (dots, at) => dots.forEach((dot) => dot.setAttribute("tabindex", dot === at ? "0" : "-1"));
for (const drawn of document.querySelectorAll(".real-chart svg")) {
  const dots = [...drawn.querySelectorAll(".dot")];
  stop(dots, dots.at(-1));
  drawn.addEventListener("focusin", (event) => stop(dots, event.target));
}

document.addEventListener("keydown", (event) => {
  const dot = point(event);
  const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (!dot || !by) return;
  const dots = [...dot.closest("svg").querySelectorAll(".dot")];
  dots[dots.indexOf(dot) + by]?.focus();
  event.preventDefault();
});

class ShareText extends HTMLElement {
  connectedCallback() {
    const text = () => this.querySelector("textarea").value;
    const share = this.querySelector("[data-share]");
    this.querySelector("[data-when-able]").hidden = false;
    this.querySelector("[data-copy]").addEventListener("click", () => this.copy(text()));
    share.hidden = !navigator.share;
    share.addEventListener("click", () => navigator.share({ title: this.dataset.title, text: text() }).catch(() => {}));
  }

  async copy(text) {
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      this.querySelector("textarea").select();
      document.execCommand("copy");
    }
    say(this.dataset.copied);
  }
}
customElements.define("share-text", ShareText);
