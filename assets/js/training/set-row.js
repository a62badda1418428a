// <set-row>: one set. The tick paints at once and says whether it is waiting, saved or failed; the form inside works without us.
// What was tapped is seen before anything is sent: a slow phone needs longer for the request than for the tick. A tab that is put away
// at that moment draws no frame, so there is a clock beside it.
function afterPaint(work) {
  let isOver = false;
  const once = () => !isOver && ((isOver = true), work());
  requestAnimationFrame(() => setTimeout(once));
  setTimeout(once, 100);
}

const number = (text) => Number(String(text).replace(",", ".")) || 0;

class SetRow extends HTMLElement {
  connectedCallback() {
    if (this.ready) return;
    this.ready = true;
    this.addEventListener("submit", (event) => this.sending(event), { capture: true });
    this.addEventListener("click", (event) => this.tapped(event));
    this.addEventListener("pointerdown", (event) => this.hold(event));
    for (const end of ["pointerup", "pointerleave", "pointercancel"]) this.addEventListener(end, () => this.release());
    this.addEventListener("focusin", (event) => event.target.matches("input") && event.target.select());
    this.addEventListener("input", (event) => event.target.matches("input") && (this.touched = true));
    this.addEventListener("change", (event) => this.changed(event));
    this.addEventListener("keydown", (event) => this.typed(event));
    // Failed or not, the row says so itself.
    this.addEventListener("htmx:error", () => this.state("failed"));
    this.addEventListener("htmx:response:error", () => this.state("failed"));
  }

  get form() {
    return this.querySelector("form");
  }

  get isDone() {
    return this.querySelector(".tick").getAttribute("aria-pressed") === "true";
  }

  state(name) {
    this.dataset.state = name;
    this.dispatchEvent(new CustomEvent("set:state", { bubbles: true }));
  }

  sending(event) {
    if (this.isSeen) return void (this.isSeen = false); // the second time round: htmx has it from here
    const act = event.submitter?.value ?? "done";
    const isFree = this.dataset.state !== "waiting" && this.dataset.state !== "undoing";
    if (isFree && act !== "remove") this.holdBack(event, act);
    this.form.elements.at.value = new Date().toISOString();
    this.dataset.before = this.dataset.state;
    if (act === "done") {
      this.querySelector(".tick").setAttribute("aria-pressed", "true");
      if (this.dataset.state === "open") this.dispatchEvent(new CustomEvent("set:done", { bubbles: true }));
      this.follow();
      navigator.vibrate?.(12);
    }
    if (act === "undo") this.querySelector(".tick").setAttribute("aria-pressed", "false");
    if (act !== "remove") this.state(act === "undo" || act === "keep" ? "undoing" : "waiting");
  }

  holdBack(event, act) {
    event.preventDefault();
    event.stopImmediatePropagation();
    const button = event.submitter;
    afterPaint(() => {
      const row = this.isConnected ? this : document.getElementById(this.id); // its exercise may have been drawn anew meanwhile
      if (!row) return;
      row.isSeen = true;
      row.form.requestSubmit(row === this ? button : row.querySelector(`[name=do][value=${act}]`));
    });
  }

  // A weight chosen for this set is the weight of the sets after it that nobody has touched.
  follow() {
    const weight = this.form.elements.weight?.value;
    if (!this.touched || weight === undefined || this.dataset.kind !== "normal") return;
    for (let row = this.nextElementSibling; row; row = row.nextElementSibling) {
      if (row.dataset?.state === "open" && row.dataset.kind === "normal" && !row.touched) row.querySelector("[name=weight]").value = weight;
    }
  }

  tapped(event) {
    const copy = event.target.closest("[data-copy]");
    if (copy) {
      this.put("weight", copy.dataset.weight);
      for (const name of ["reps", "held", "metres"]) this.put(name, copy.dataset.metric);
      this.put("took", copy.dataset.took);
      this.changed({ target: this.querySelector("[name=reps],[name=held],[name=metres]") });
    }
    const step = event.target.closest("[data-step]");
    if (step && !this.held) this.by(step);
    this.held = false;
  }

  put(name, value) {
    const field = this.form.elements[name];
    if (field && value) {
      field.value = value;
      this.touched = true;
    }
  }

  by(button) {
    const field = this.form.elements[button.dataset.step];
    const next = Math.max(0, number(field.value) + number(button.dataset.by));
    const text = String(Number(next.toFixed(3)));
    field.value = document.documentElement.lang === "en" ? text : text.replace(".", ",");
    this.touched = true;
  }

  hold(event) {
    const button = event.target.closest("[data-step]");
    if (!button) return;
    this.release();
    this.held = false;
    this.timer = setTimeout(() => {
      this.held = true;
      this.timer = setInterval(() => this.by(button), 110);
    }, 450);
  }

  release() {
    clearTimeout(this.timer);
    clearInterval(this.timer);
  }

  // What is already logged is corrected by typing over it; another kind is kept at once.
  changed(event) {
    const field = event.target;
    if (!field) return;
    if (field.matches("select")) {
      const chosen = field.selectedOptions[0];
      return this.send(chosen.dataset.do ?? (this.isDone ? "done" : "keep"), field);
    }
    if (this.isDone) this.send("done", field);
  }

  send(act) {
    const button = [...this.form.querySelectorAll("button[name=do]")].find((one) => one.value === act);
    if (act === "remove") this.form.elements.kind.value = this.dataset.kind;
    if (button) this.form.requestSubmit(button);
  }

  typed(event) {
    if (event.key !== "Enter" || !event.target.matches("input")) return;
    event.preventDefault();
    const fields = [...this.querySelectorAll("input:not([type=hidden])")];
    const next = fields[fields.indexOf(event.target) + 1];
    if (next && (event.target.name === "weight" || next.name === "took")) return next.focus();
    event.target.blur();
    if (!this.isDone) this.send("done");
  }
}

if (!customElements.get("set-row")) customElements.define("set-row", SetRow);
