// <scan-field>: scanner, keyboard and camera end in the same form. Search while typing, arrows, Enter.
import { newId } from "./ids.js";
import { play } from "./sound.js";
import { listen } from "./wedge.js";

const PAUSE = 150; // after the last letter
const LETTERS = 3;

class ScanField extends HTMLElement {
  connectedCallback() {
    if (this.deaf) return;
    this.deaf = listen((code) => this.scanned(code));
    this.form = this.querySelector("form");
    this.field = this.querySelector("#q");
    this.listed = this.field.value;
    this.field.addEventListener("input", () => this.typed());
    this.field.addEventListener("keydown", (event) => this.keyed(event));
    this.field.addEventListener("focus", () => this.say("ready"));
    this.field.addEventListener("blur", () => this.say("away"));
    this.form.addEventListener("submit", (event) => this.sending(event), { capture: true });
    this.heard = (event) => this.answered(event);
    this.queue = [];
    this.sent = new Map(); // what we wait for: its own element may be gone when the answer is here
    this.asked = (event) => this.asking(event);
    document.addEventListener("htmx:before:request", this.asked);
    document.addEventListener("htmx:finally:request", this.heard);
    this.pointed = (event) => this.clicked(event);
    document.addEventListener("click", this.pointed);
    this.camera();
    this.say(document.activeElement === this.field ? "ready" : "away");
  }

  disconnectedCallback() {
    this.deaf?.();
    this.deaf = null;
    clearTimeout(this.timer);
    this.watching?.stop();
    document.removeEventListener("htmx:before:request", this.asked);
    document.removeEventListener("htmx:finally:request", this.heard);
    document.removeEventListener("click", this.pointed);
  }

  // ---- what came in ----
  scanned(code) {
    // The next card waits for the answer to the one before: none is dropped, none is glued to another.
    if ([...this.sent.values()].includes(true)) return this.queue.push(code);
    this.field.dataset.sent = code;
    this.set("via", "scan");
    this.set("id", newId());
    this.field.value = code;
    this.form.requestSubmit();
  }

  typed() {
    this.picked = false;
    this.set("id", newId());
    this.set("via", "");
    clearTimeout(this.timer);
    if (this.field.value.trim().length < LETTERS) return this.close();
    this.timer = setTimeout(() => this.find(), PAUSE);
  }

  find() {
    const url = new URL(this.dataset.find, location.href);
    url.searchParams.set("q", this.field.value);
    this.source?.abort();
    this.source = new AbortController();
    fetch(url, { headers: { "HX-Request": "true", "HX-Request-Type": "partial" }, signal: this.source.signal })
      .then((answer) => (answer.ok ? answer.text() : ""))
      .then((html) => html && this.show(html, url.searchParams.get("q")))
      .catch(() => {});
  }

  show(html, said) {
    const part = new DOMParser().parseFromString(html, "text/html").querySelector("#results") ?? inside(html);
    const old = document.getElementById("results");
    if (!part || !old || this.field.value.trim().length < LETTERS) return;
    old.replaceWith(part);
    window.htmx?.process(part);
    this.listed = said;
    this.opened();
  }

  sending() {
    clearTimeout(this.timer);
    this.source?.abort();
    this.tapped = this.querySelector("[name=id]").value;
  }

  // ---- the list ----
  get options() {
    return [...this.querySelectorAll("[role=option]")];
  }

  get chosen() {
    return this.querySelector("[role=option][aria-selected=true]");
  }

  keyed(event) {
    const options = this.options;
    if (event.key === "Escape") return this.clear(event);
    if (!options.length) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      const at = options.indexOf(this.chosen) + (event.key === "ArrowDown" ? 1 : -1);
      this.choose(options[(at + options.length) % options.length]);
    } else if (event.key === "Enter" && this.chosen && (this.picked || this.listed === this.field.value)) {
      // Only a list that answers what stands in the field: one for fewer letters may begin with somebody else.
      event.preventDefault();
      clearTimeout(this.timer);
      this.chosen.form.requestSubmit();
    }
  }

  choose(option) {
    this.picked = true;
    for (const other of this.options) other.setAttribute("aria-selected", String(other === option));
    this.field.setAttribute("aria-activedescendant", option.id);
    option.scrollIntoView({ block: "nearest" });
  }

  opened() {
    const has = this.options.length > 0;
    this.field.setAttribute("aria-expanded", String(has));
    if (has) this.field.setAttribute("aria-activedescendant", this.chosen?.id ?? "");
    else this.field.removeAttribute("aria-activedescendant");
  }

  close() {
    document.getElementById("results")?.replaceChildren();
    this.field.setAttribute("aria-expanded", "false");
    this.field.removeAttribute("aria-activedescendant");
  }

  clear(event) {
    if (!this.field.value && !this.options.length) return;
    event?.stopPropagation();
    this.field.value = "";
    this.typed();
  }

  // ---- the answer ----
  ours(event) {
    const source = event.detail?.ctx?.sourceElement ?? event.target;
    return source?.closest?.(".door-main, .arrivals, .kiosk-place");
  }

  asking(event) {
    const source = this.ours(event);
    if (!source) return;
    this.sent.set(event.detail.ctx, Boolean(event.target.closest?.("scan-field")));
    this.say("busy");
  }

  answered(event) {
    if (!this.sent.has(event.detail?.ctx)) return;
    const isTap = this.sent.get(event.detail.ctx);
    this.sent.delete(event.detail.ctx);
    const status = event.detail?.ctx?.response?.raw?.status ?? event.detail?.ctx?.response?.status ?? 0;
    this.set("via", "");
    if (!status) {
      // Nobody answered: the tap keeps its id, so that sending it again cannot count twice.
      this.say("offline");
      play("lost");
      return;
    }
    if (isTap && status < 400 && !this.options.length) this.field.value = "";
    if (isTap) this.set("id", newId());
    if (this.options.length) {
      this.listed = this.field.value;
      this.opened();
    }
    this.rearm();
    // Not before htmx has let go of the form, or the next one would count as a double click.
    if (isTap && this.queue.length) setTimeout(() => this.queue.length && this.scanned(this.queue.shift()));
  }

  rearm() {
    const at = document.activeElement;
    const isBusy = at?.matches?.("input, select, textarea") && at !== this.field && document.contains(at);
    if (!isBusy && !document.querySelector("dialog[open]") && !document.querySelector("#fix form")) this.field.focus({ preventScroll: true });
    this.say(document.activeElement === this.field ? "ready" : "away");
  }

  clicked(event) {
    if (event.target.closest("a, button, input, select, textarea, label, dialog, summary, video, [tabindex]")) return;
    if (!String(getSelection())) this.field.focus({ preventScroll: true });
  }

  // ---- words and camera ----
  say(state) {
    this.dataset.state = state;
    const words = this.querySelector(".armed > :last-child");
    if (words) words.textContent = words.dataset[state] ?? words.dataset.ready;
  }

  set(name, value) {
    this.form.elements[name].value = value;
  }

  camera() {
    const button = this.querySelector("[data-camera]");
    if (!button || !navigator.mediaDevices?.getUserMedia) return;
    button.hidden = false;
    const open = async () => {
      const { watch } = await import("./camera.js");
      this.watching = await watch(this.querySelector(".camera"), (code) => this.scanned(code));
    };
    // A kiosk begins anew after everybody; its camera goes on.
    const stays = button.dataset.camera === "stays";
    const keep = (is) => stays && sessionStorage.setItem("camera", is);
    button.addEventListener("click", () => (keep("on"), open()));
    this.querySelector("[data-camera-off]")?.addEventListener("click", () => (keep("off"), this.watching?.stop()));
    if (stays && sessionStorage.getItem("camera") === "on") open();
  }
}

// The answer comes as <hx-partial><div id="results">…; parsers keep it, browsers without the element do not mind.
function inside(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  return template.content.querySelector("#results");
}

customElements.define("scan-field", ScanField);
