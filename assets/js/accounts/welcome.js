// <key-from-link>: the key stands behind the #, which no server ever sees. It goes into the form, and out of the address.
customElements.define("key-from-link", class extends HTMLElement {
  connectedCallback() {
    const key = location.hash.slice(1);
    const form = this.querySelector("form");
    if (!key || !form) return;
    history.replaceState(null, "", location.pathname);
    form.elements.key.value = key;
    form.requestSubmit();
  }
});
