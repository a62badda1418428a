// The frame around the sets: how long it has taken, what is not saved yet, a screen that stays awake, and the tools' sheet.
class ElapsedClock extends HTMLElement {
  connectedCallback() {
    this.clock = setInterval(() => this.paint(), 1000);
    this.paint();
  }

  disconnectedCallback() {
    clearInterval(this.clock);
  }

  paint() {
    const seconds = Math.max(0, Math.floor((Date.now() - Date.parse(this.getAttribute("datetime"))) / 1000));
    const [hours, minutes, rest] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
    const tail = `${String(minutes).padStart(hours ? 2 : 1, "0")}:${String(rest).padStart(2, "0")}`;
    this.firstElementChild.textContent = hours ? `${hours}:${tail}` : tail;
  }
}

class SyncMark extends HTMLElement {
  connectedCallback() {
    this.look = () => this.paint();
    document.addEventListener("set:state", this.look);
    document.addEventListener("htmx:after:settle", this.look);
    this.paint();
  }

  disconnectedCallback() {
    document.removeEventListener("set:state", this.look);
    document.removeEventListener("htmx:after:settle", this.look);
  }

  paint() {
    const failed = document.querySelectorAll('set-row[data-state="failed"]').length;
    const waiting = document.querySelectorAll('set-row[data-state="waiting"], set-row[data-state="undoing"]').length;
    const said = failed ? this.dataset.failed : waiting ? this.dataset.waiting : "";
    if (this.textContent !== said) this.textContent = said;
    this.dataset.state = failed ? "failed" : waiting ? "waiting" : "synced";
  }
}

class AwakeScreen extends HTMLElement {
  connectedCallback() {
    this.ask = () => document.visibilityState === "visible" && this.hold();
    document.addEventListener("visibilitychange", this.ask);
    this.ask();
  }

  async hold() {
    try {
      this.lock = await navigator.wakeLock?.request("screen");
    } catch {
      // A low battery or a plain-http address: the screen sleeps as usual.
    }
  }

  disconnectedCallback() {
    document.removeEventListener("visibilitychange", this.ask);
    this.lock?.release?.();
  }
}

// What the three dots open: a sheet here, a page of its own without JavaScript.
class ToolSheet extends HTMLElement {
  connectedCallback() {
    const sheet = this.querySelector("dialog");
    if (sheet && !sheet.open) sheet.showModal();
  }
}

for (const [name, kind] of [["elapsed-clock", ElapsedClock], ["sync-mark", SyncMark], ["awake-screen", AwakeScreen], ["tool-sheet", ToolSheet]]) {
  if (!customElements.get(name)) customElements.define(name, kind);
}

// Every act carries its own moment, as the phone knows it.
document.addEventListener("submit", (event) => {
  const moment = event.target.querySelector?.("[data-now]");
  if (moment) moment.value = new Date().toISOString();
}, { capture: true });
