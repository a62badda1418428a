// <own-zone>: the browser knows where it is; whoever is elsewhere chooses.
customElements.define("own-zone", class extends HTMLElement {
  connectedCallback() {
    const select = this.querySelector("select");
    if (select && !select.value) select.value = Intl.DateTimeFormat().resolvedOptions().timeZone;
    if (select && !select.value) select.value = "";
  }
});
