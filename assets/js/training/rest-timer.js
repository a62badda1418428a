// <rest-timer>: counts down to a moment, not by ticks, so that reloads, locks and sleeping tabs change nothing.
const KEY = "spotter:rest";

class RestTimer extends HTMLElement {
  connectedCallback() {
    this.addEventListener("click", (event) => this.tapped(event));
    this.seen = () => document.visibilityState === "visible" && this.paint();
    document.addEventListener("visibilitychange", this.seen);
    this.begun = (event) => this.begin(event);
    document.addEventListener("set:done", this.begun);
    this.take();
    this.clock = setInterval(() => this.paint(), 250);
    this.paint();
  }

  disconnectedCallback() {
    clearInterval(this.clock);
    document.removeEventListener("visibilitychange", this.seen);
    document.removeEventListener("set:done", this.begun);
  }

  // The server's word about when the rest began; a lifter's own minus or plus for the same rest is remembered here.
  take() {
    if (!this.dataset.from) return this.over();
    const began = Date.parse(this.dataset.from);
    const kept = this.kept();
    this.endsAt = kept?.began === began ? kept.endsAt : began + Number(this.dataset.seconds) * 1000;
    this.began = began;
    this.rung = this.endsAt < Date.now() - 1000;
  }

  kept() {
    try {
      return JSON.parse(sessionStorage.getItem(`${KEY}:${this.dataset.workout}`));
    } catch {
      return null;
    }
  }

  keep() {
    try {
      sessionStorage.setItem(`${KEY}:${this.dataset.workout}`, JSON.stringify({ began: this.began, endsAt: this.endsAt }));
    } catch {
      // Private windows may refuse: the countdown itself does not need it.
    }
  }

  // The tick starts the rest before the server has answered. Partners of a superset go straight on.
  begin(event) {
    const lift = event.target.closest(".lift");
    if (!lift || lift.dataset.superset) return;
    this.began = Date.now();
    this.endsAt = this.began + Number(lift.dataset.rest) * 1000;
    this.rung = false;
    this.paint();
  }

  tapped(event) {
    const add = event.target.closest("[data-add]");
    if (add && this.endsAt) {
      this.endsAt = Math.max(Date.now(), this.endsAt + Number(add.dataset.add) * 1000);
      this.keep();
    }
    if (event.target.closest("[data-skip]")) {
      this.endsAt = Date.now();
      this.rung = true;
      this.keep();
    }
    this.paint();
  }

  paint() {
    if (!this.endsAt) return;
    const left = Math.ceil((this.endsAt - Date.now()) / 1000);
    const place = this.querySelector("[data-left]");
    if (left > 0) {
      this.dataset.running = "";
      if (place) place.textContent = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
      const whole = this.endsAt - this.began;
      this.style.setProperty("--gone", String(1 - (left * 1000) / whole));
      return;
    }
    if (!this.rung) this.ring();
    this.over();
  }

  ring() {
    this.rung = true;
    navigator.vibrate?.([180, 80, 180]);
    beep();
  }

  over() {
    delete this.dataset.running;
    const place = this.querySelector("[data-left]");
    if (place) place.textContent = "0:00";
  }
}

// Sound is unlocked by the tick itself: browsers ask for a tap first.
let audio;
document.addEventListener("pointerdown", () => {
  audio ??= window.AudioContext ? new AudioContext() : null;
  audio?.resume?.();
}, { passive: true });

function beep() {
  if (audio?.state !== "running") return;
  for (const [at, pitch] of [[0, 660], [0.18, 880]]) {
    const tone = audio.createOscillator();
    const loud = audio.createGain();
    tone.frequency.value = pitch;
    loud.gain.setValueAtTime(0.2, audio.currentTime + at);
    loud.gain.exponentialRampToValueAtTime(0.001, audio.currentTime + at + 0.16);
    tone.connect(loud).connect(audio.destination);
    tone.start(audio.currentTime + at);
    tone.stop(audio.currentTime + at + 0.17);
  }
}

if (!customElements.get("rest-timer")) customElements.define("rest-timer", RestTimer);
