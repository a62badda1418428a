// A photo in full size, the next one with an arrow key, and back to where one was.
class PhotoBox extends HTMLElement {
  connectedCallback() {
    this.box = this.querySelector("dialog");
    this.links = [...this.querySelectorAll("a[data-photo]")];
    this.addEventListener("click", (event) => this.clicked(event));
    this.box.addEventListener("keydown", (event) => {
      if (event.key === "ArrowRight") this.step(1);
      if (event.key === "ArrowLeft") this.step(-1);
    });
    this.box.addEventListener("close", () => this.links[this.at]?.focus());
  }

  clicked(event) {
    const link = event.target.closest("a[data-photo]");
    if (link && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      this.show(this.links.indexOf(link));
      this.box.showModal();
    } else if (event.target.closest("[data-step]")) this.step(Number(event.target.closest("[data-step]").dataset.step));
    else if (event.target.closest("[data-close]") || event.target === this.box) this.box.close();
  }

  step(by) {
    this.show((this.at + by + this.links.length) % this.links.length);
  }

  show(at) {
    this.at = at;
    const { day, more, download, compare, open } = this.links[at].dataset;
    const large = this.box.querySelector("[data-large]");
    large.src = this.links[at].href;
    large.alt = this.links[at].querySelector("img").alt;
    this.box.querySelector("[data-title]").textContent = day;
    this.box.querySelector("[data-count]").textContent = `${at + 1} / ${this.links.length}`;
    this.box.querySelector("[data-about]").textContent = more.trim();
    this.box.querySelector("[data-download-link]").href = download;
    this.box.querySelector("[data-compare-link]").href = compare;
    this.box.querySelector("[data-open-link]").href = open;
  }
}
customElements.define("photo-box", PhotoBox);
