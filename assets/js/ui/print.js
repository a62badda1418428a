// <print-page>: a button that prints; without this script it stays hidden, the browser has a command of its own.
class PrintPage extends HTMLElement {
  connectedCallback() {
    const button = this.querySelector("button");
    button.hidden = false;
    button.onclick = () => print();
  }
}
customElements.define("print-page", PrintPage);
