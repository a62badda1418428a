// The kiosk: scan, read, gone. Nothing of anybody stays on the screen, and the screen stays awake.
import "./scan.js";
import { play } from "./sound.js";

const RESET = 4000;

class KioskSaid extends HTMLElement {
  connectedCallback() {
    play(this.dataset.sound);
    this.timer = setTimeout(() => location.reload(), Number(this.dataset.reset) || RESET);
  }

  disconnectedCallback() {
    clearTimeout(this.timer);
  }
}

customElements.define("kiosk-said", KioskSaid);

async function awake() {
  try {
    await navigator.wakeLock?.request("screen");
  } catch {
    // A browser that will not stay awake still works when touched.
  }
}
document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && awake());
awake();
