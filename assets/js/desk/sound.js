// A sound per outcome, made here: no files. Eyes may stay on the person.
const TONES = {
  allowed: [[660, 0, 0.09], [990, 0.09, 0.14]],
  overridden: [[660, 0, 0.09], [880, 0.09, 0.14]],
  again: [[660, 0, 0.08]],
  warned: [[520, 0, 0.11], [520, 0.16, 0.11]],
  refused: [[196, 0, 0.16, "sawtooth"], [147, 0.17, 0.3, "sawtooth"]],
  undone: [[880, 0, 0.08], [587, 0.09, 0.12]],
  lost: [[262, 0, 0.5, "square"]],
};
const KEY = "desk-sounds";
let audio;

export function isOn() {
  try {
    return localStorage.getItem(KEY) !== "off";
  } catch {
    return true;
  }
}

export function play(outcome) {
  const tones = TONES[outcome];
  document.dispatchEvent(new CustomEvent("desk:sound", { detail: outcome }));
  if (!tones || !isOn()) return;
  try {
    audio ??= new AudioContext();
    if (audio.state === "suspended") audio.resume();
    for (const [pitch, after, long, wave = "sine"] of tones) tone(pitch, audio.currentTime + after, long, wave);
  } catch {
    // A browser without sound still shows the word, the icon and the colour.
  }
}

function tone(pitch, at, long, wave) {
  const source = new OscillatorNode(audio, { frequency: pitch, type: wave });
  const volume = new GainNode(audio, { gain: 0 });
  volume.gain.linearRampToValueAtTime(wave === "sine" ? 0.28 : 0.12, at + 0.012);
  volume.gain.setValueAtTime(wave === "sine" ? 0.28 : 0.12, at + long * 0.7);
  volume.gain.linearRampToValueAtTime(0, at + long);
  source.connect(volume).connect(audio.destination);
  source.start(at);
  source.stop(at + long + 0.02);
}

function show(button) {
  button.setAttribute("aria-pressed", String(isOn()));
  const use = button.querySelector("use");
  if (use) use.setAttribute("href", use.getAttribute("href").replace(/#volume-\w+$/, isOn() ? "#volume-2" : "#volume-x"));
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-sound-switch]");
  if (!button) return;
  try {
    localStorage.setItem(KEY, isOn() ? "off" : "on");
  } catch {
    // Not remembered, then.
  }
  show(button);
  play("again");
});
document.querySelectorAll("[data-sound-switch]").forEach(show);
