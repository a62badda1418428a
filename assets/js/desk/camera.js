// The webcam as a scanner, loaded when somebody asks for it: by the browser's own detector, and where it has none by a reader of
// QR codes that is fetched then.
const FORMATS = ["qr_code", "code_128", "ean_13", "ean_8", "code_39", "itf"];
const AGAIN = 3000; // the same code stays in the picture for a while

export async function watch(box, onCode) {
  const video = box.querySelector("video");
  const words = box.querySelector("[role=status]");
  box.hidden = false;
  const Detector = await detector();
  if (!Detector) {
    words.textContent = box.dataset.none ?? "";
    return { stop: () => (box.hidden = true) };
  }
  let stream;
  try {
    stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
  } catch {
    words.textContent = box.dataset.refused ?? "";
    return { stop: () => (box.hidden = true) };
  }
  video.srcObject = stream;
  await video.play();
  const eyes = new Detector({ formats: FORMATS });
  let last = "";
  let seen = 0;
  let going = true;
  const stop = () => {
    going = false;
    stream.getTracks().forEach((track) => track.stop());
    video.srcObject = null;
    box.hidden = true;
  };
  document.addEventListener("visibilitychange", () => document.hidden && stop(), { once: true });
  const look = async () => {
    if (!going) return;
    const [found] = await eyes.detect(video).catch(() => []);
    if (found?.rawValue && (found.rawValue !== last || Date.now() - seen > AGAIN)) {
      last = found.rawValue;
      seen = Date.now();
      onCode(found.rawValue);
    }
    setTimeout(look, 120);
  };
  look();
  return { stop };
}

async function detector() {
  const own = globalThis.BarcodeDetector;
  // Some systems have the name and nothing behind it.
  if (own && (await own.getSupportedFormats().catch(() => [])).includes("qr_code")) return own;
  return import("../../vendor/qr/decode.js").then((reader) => reader.BarcodeDetector).catch(() => null);
}
