// A place to sign by hand. The drawing travels as PNG in the hidden field; without it the typed name signs.
class SignPad extends HTMLElement {
  connectedCallback() {
    if (this.canvas) return;
    this.field = this.querySelector("input");
    this.canvas = document.createElement("canvas");
    this.canvas.width = 900;
    this.canvas.height = 270;
    this.canvas.setAttribute("role", "img");
    this.canvas.setAttribute("aria-label", this.dataset.label);
    const clear = document.createElement("button");
    clear.type = "button";
    clear.className = "link-button small";
    clear.textContent = this.dataset.clear;
    clear.addEventListener("click", () => this.clear());
    this.prepend(this.canvas);
    this.append(clear);
    this.pen = this.canvas.getContext("2d");
    this.clear();
    this.canvas.addEventListener("pointerdown", (event) => this.begin(event));
    this.canvas.addEventListener("pointermove", (event) => this.draw(event));
    this.canvas.addEventListener("pointerup", () => this.end());
    this.canvas.addEventListener("pointercancel", () => this.end());
  }

  clear() {
    this.pen.fillStyle = "white";
    this.pen.fillRect(0, 0, this.canvas.width, this.canvas.height);
    this.field.value = "";
  }

  at(event) {
    const box = this.canvas.getBoundingClientRect();
    return [((event.clientX - box.left) * this.canvas.width) / box.width, ((event.clientY - box.top) * this.canvas.height) / box.height];
  }

  begin(event) {
    this.canvas.setPointerCapture(event.pointerId);
    this.drawing = true;
    this.pen.lineWidth = 4;
    this.pen.lineCap = "round";
    this.pen.strokeStyle = "black";
    this.pen.beginPath();
    this.pen.moveTo(...this.at(event));
  }

  draw(event) {
    if (!this.drawing) return;
    this.pen.lineTo(...this.at(event));
    this.pen.stroke();
  }

  end() {
    if (!this.drawing) return;
    this.drawing = false;
    this.field.value = this.canvas.toDataURL("image/png");
  }
}

customElements.define("sign-pad", SignPad);
