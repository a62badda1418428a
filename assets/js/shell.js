// The shell of every page: what went wrong is seen, dialogs and menus behave, keys work, the theme follows.
// Everything is delegated from `document`: regions come and go.
const said = (name) => document.body.dataset[name] ?? "";

// ---- htmx: nothing fails in silence, and another page is a real visit ----
document.addEventListener("htmx:after:request", ({ detail: { ctx } }) => {
  if (ctx.hx?.location) {
    ctx.hx.redirect = ctx.hx.location;
    delete ctx.hx.location;
  }
});

document.addEventListener("htmx:response:error", ({ detail: { ctx } }) => {
  const spoken = ctx.hx?.redirect || /<hx-partial/i.test(ctx.text ?? "");
  if (!spoken) say(said("broke"), "bad");
});

document.addEventListener("htmx:error", ({ detail: { ctx } }) => {
  if (ctx && !ctx.response) say(said("lost"), "bad");
});

// An element that its own answer replaced cannot be heard: what htmx tells it is said to the document instead.
const retold = (name) => (element, detail) => {
  if (element instanceof Element && !element.isConnected) document.dispatchEvent(new CustomEvent(name, { detail }));
};
addEventListener("DOMContentLoaded", () =>
  window.htmx?.registerExtension("shell", {
    htmx_after_swap: retold("htmx:after:swap"),
    htmx_finally_swap: retold("htmx:finally:swap"),
    htmx_finally_request: retold("htmx:finally:request"),
  }),
);

// ---- a bar that scrolls sideways shows where we are ----
document.querySelector(".bar nav [aria-current], .tabs [aria-current]")?.scrollIntoView({ inline: "center", block: "nearest", behavior: "instant" });

// ---- plain forms: the second tap of a double tap goes nowhere ----
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method === "dialog") return;
  if (form.dataset.sent) event.preventDefault();
  form.dataset.sent = "yes";
  setTimeout(() => delete form.dataset.sent, 4000);
});
addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach((form) => delete form.dataset.sent));

// ---- filters send themselves ----
document.addEventListener("change", (event) => {
  const form = event.target.form;
  if (form?.matches("[data-auto]")) form.requestSubmit();
  if (form?.matches("[data-appearance]")) dress(form);
});

function dress(form) {
  const theme = new FormData(form).get("theme");
  if (theme === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
  fetch(form.action, { method: "POST", body: new URLSearchParams(new FormData(form)), redirect: "manual" }).catch(() => say(said("lost"), "bad"));
}

// ---- are we still connected? ----
function connection() {
  document.documentElement.classList.toggle("is-offline", !navigator.onLine);
  for (const mark of document.querySelectorAll(".offline-mark")) mark.lastElementChild.textContent = navigator.onLine ? "" : mark.dataset.offline;
}
addEventListener("online", connection);
addEventListener("offline", connection);
connection();

// ---- the service worker: only where the browser allows one ----
if (window.isSecureContext && "serviceWorker" in navigator && !document.body.dataset.noWorker) {
  addEventListener("load", () => navigator.serviceWorker.register("/sw.js").then(watch, () => {}));
}

// A new version waits until somebody says so: nobody loses what they are typing.
let wanted = false;
function watch(registration) {
  if (registration.waiting) offer(registration.waiting);
  registration.addEventListener("updatefound", () => {
    const worker = registration.installing;
    worker?.addEventListener("statechange", () => {
      if (worker.state === "installed" && navigator.serviceWorker.controller) offer(worker);
    });
  });
  navigator.serviceWorker.addEventListener("controllerchange", () => wanted && location.reload());
}

function offer(worker) {
  if (place()?.querySelector("[data-fresh]")) return;
  const button = document.createElement("button");
  button.type = "button";
  button.className = "button";
  button.dataset.kind = "quiet";
  button.dataset.size = "small";
  button.textContent = said("reload");
  button.addEventListener("click", () => {
    wanted = true;
    worker.postMessage("take over");
  });
  say(said("fresh"), "", button);
}

// ---- toasts: from the server (flash, regions) or from here; they leave by themselves unless somebody is at them ----
const STAY = 8000;
const STAY_BAD = 14000;

const place = () => document.getElementById("toasts");

export function say(text, kind = "", button = null) {
  const toast = document.createElement("output");
  toast.className = "toast";
  toast.dataset.kind = kind;
  toast.setAttribute("role", kind === "bad" ? "alert" : "status");
  const words = document.createElement("p");
  words.textContent = text;
  toast.append(words);
  if (button) toast.append(button);
  if (button) toast.dataset.fresh = "yes"; // stays until it is answered
  place()?.append(toast);
}

function tend() {
  const toasts = place();
  if (!toasts || toasts.dataset.tended) return;
  toasts.dataset.tended = "yes";
  toasts.popover = "manual";
  new MutationObserver((changes) => {
    if (changes.some((change) => change.addedNodes.length)) [...toasts.querySelectorAll(".toast:not([data-seen])")].forEach(welcome);
  }).observe(toasts, { childList: true });
  toasts.querySelectorAll(".toast").forEach(welcome);
}

function welcome(toast) {
  toast.dataset.seen = "yes";
  raise();
  const close = document.createElement("button");
  close.type = "button";
  close.className = "button toast-close";
  close.setAttribute("aria-label", document.body.dataset.close ?? "Close");
  close.textContent = "×";
  close.addEventListener("click", () => leave(toast));
  toast.append(close);
  if (toast.dataset.fresh) return;
  const stay = toast.dataset.kind === "bad" ? STAY_BAD : STAY;
  let timer = setTimeout(leave, stay, toast);
  toast.addEventListener("pointerenter", () => clearTimeout(timer));
  toast.addEventListener("focusin", () => clearTimeout(timer));
  toast.addEventListener("pointerleave", () => (timer = setTimeout(leave, stay / 2, toast)));
  toast.addEventListener("htmx:finally:request", () => leave(toast));
}

// Above whatever dialog is open: the last popover shown is on top.
function raise() {
  const toasts = place();
  if (!toasts.showPopover) return;
  if (toasts.matches(":popover-open")) toasts.hidePopover();
  toasts.showPopover();
}

function leave(toast) {
  toast.classList.add("leaving");
  setTimeout(() => {
    toast.remove();
    const toasts = place();
    if (toasts && !toasts.children.length && toasts.matches?.(":popover-open")) toasts.hidePopover();
  }, 250);
}

tend();

// ---- dialogs and menus are HTML; this fills in for browsers without `commandfor` and closes what is left open ----
const native = "commandForElement" in HTMLButtonElement.prototype;

document.addEventListener("click", (event) => {
  const button = event.target.closest?.("button[commandfor]");
  if (button && !native) {
    const dialog = document.getElementById(button.getAttribute("commandfor"));
    if (button.getAttribute("command") === "show-modal") dialog?.showModal();
    if (button.getAttribute("command") === "close") dialog?.close();
  }
  // A click beside the dialog's box is a click on its backdrop.
  if (event.target.matches?.("dialog[open]:not([data-firm])")) {
    const box = event.target.getBoundingClientRect();
    const beside = event.clientX < box.left || event.clientX > box.right || event.clientY < box.top || event.clientY > box.bottom;
    if (beside && event.detail) event.target.close();
  }
  for (const menu of document.querySelectorAll("details.menu[open]")) if (!menu.contains(event.target)) menu.open = false;
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});

// The server may send a dialog that should already be open, or say that one is done.
function open(root) {
  for (const dialog of root.querySelectorAll?.("dialog[data-open]:not([open])") ?? []) {
    delete dialog.dataset.open;
    dialog.showModal();
  }
}
open(document);
document.addEventListener("htmx:after:swap", () => open(document));

// A form inside a dialog that was accepted closes it: `data-close-on-success` on the dialog's form.
document.addEventListener("htmx:after:request", ({ target, detail: { ctx } }) => {
  if (target.closest?.("form[data-close-on-success]") && ctx.response?.status < 400) target.closest("dialog")?.close();
});
