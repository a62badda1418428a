// <pass-key>: asks the browser for a passkey and sends its answer as an ordinary form. Only where the browser can.
const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (letter) => letter.charCodeAt(0));
const letters = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

class PassKey extends HTMLElement {
  connectedCallback() {
    if (!window.PublicKeyCredential) return;
    this.hidden = false;
    this.querySelector("button").addEventListener("click", () => this.ask());
  }

  async ask() {
    const form = this.querySelector("form");
    const sorry = this.querySelector(".error");
    sorry.hidden = true;
    try {
      const answer = await fetch(this.dataset.challenge, { method: "POST", headers: { "X-CSRF-Token": form.elements.csrf.value } });
      const { id, options } = await answer.json();
      const credential = await (this.dataset.kind === "create" ? this.create(options) : this.get(options));
      form.elements.challenge.value = id;
      form.elements.credential.value = JSON.stringify(credential);
      form.submit();
    } catch {
      sorry.hidden = false;
    }
  }

  async create(options) {
    options.challenge = bytes(options.challenge);
    options.user.id = bytes(options.user.id);
    options.excludeCredentials = (options.excludeCredentials ?? []).map((one) => ({ ...one, id: bytes(one.id) }));
    const made = await navigator.credentials.create({ publicKey: options });
    return said(made, {
      clientDataJSON: letters(made.response.clientDataJSON),
      attestationObject: letters(made.response.attestationObject),
      transports: made.response.getTransports?.() ?? [],
    });
  }

  async get(options) {
    options.challenge = bytes(options.challenge);
    options.allowCredentials = (options.allowCredentials ?? []).map((one) => ({ ...one, id: bytes(one.id) }));
    const proof = await navigator.credentials.get({ publicKey: options });
    return said(proof, {
      clientDataJSON: letters(proof.response.clientDataJSON),
      authenticatorData: letters(proof.response.authenticatorData),
      signature: letters(proof.response.signature),
      userHandle: proof.response.userHandle ? letters(proof.response.userHandle) : null,
    });
  }
}

function said(credential, response) {
  return { id: credential.id, rawId: letters(credential.rawId), type: credential.type, response, clientExtensionResults: {} };
}

customElements.define("pass-key", PassKey);
