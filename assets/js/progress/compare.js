// One photo over the other; the edge follows a range input, so arrow keys move it as well as a thumb.
class PhotoSlider extends HTMLElement {
  connectedCallback() {
    const label = this.querySelector("[data-slide]");
    const range = label.querySelector("input");
    const move = () => this.style.setProperty("--at", `${range.value}%`);
    label.hidden = false;
    this.dataset.live = "";
    range.addEventListener("input", move);
    move();
  }
}
customElements.define("photo-slider", PhotoSlider);
