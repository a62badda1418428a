// The webcam as a scanner, loaded when somebody asks for it. The browser's own detector; where it has none, a sentence says so.
const FORMATS = ["qr_code", "code_128", "ean_13", "ean_8", "code_39", "itf"];
const AGAIN = 3000; // the same code stays in the picture for a while

export async function watch(box, onCode) {
  const video = box.querySelector("video");
  const words = box.querySelector("[role=status]");
  const Detector = globalThis.BarcodeDetector;
  box.hidden = false;
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
  const detector = new Detector({ formats: FORMATS });
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
    const [found] = await detector.detect(video).catch(() => []);
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
