/**
 * Runs in the page before its own scripts: replaces the camera and the microphone by a picture of one colour and
 * a modulated tone. What comes from Web Audio and a canvas passes no noise suppression and no echo cancellation.
 * The page itself stays as it is.
 *
 * @param {{me: {name: string, tone: number, beat: number, colour: [number, number, number]}, beepHz: number, portrait: boolean}} config
 */
export function installSource({ me, beepHz, portrait }) {
  if (!navigator.mediaDevices) return; // about:blank and other places without a secure context
  const WIDTH = 320;
  const HEIGHT = 180;
  /** Tests use small pictures, which three browsers at a time can encode; pictures of the page deserve sharper ones. */
  const SCALE = portrait ? 4 : 1;
  const FLASH_MS = 200;
  /** @type {AudioContext | undefined} */ let audio;
  /** @type {GainNode | undefined} */ let beepGain;
  /** @type {CanvasRenderingContext2D | undefined} */ let brush;
  let flashing = false;
  let turn = 0;
  /** @type {ReturnType<typeof setInterval> | undefined} */ let flashTimer;

  function microphone() {
    audio ??= new AudioContext({ sampleRate: 48_000 });
    void audio.resume();
    const out = audio.createMediaStreamDestination();
    const loudness = audio.createGain();
    loudness.gain.value = 0.3;
    oscillate(audio, me.tone).connect(loudness).connect(out);
    // The beat dips the tone to half, never to silence, which discontinuous transmission would leave out.
    const depth = audio.createGain();
    depth.gain.value = 0.1;
    oscillate(audio, me.beat).connect(depth).connect(loudness.gain);
    beepGain = audio.createGain();
    beepGain.gain.value = 0;
    oscillate(audio, beepHz).connect(beepGain).connect(out);
    return out.stream.getAudioTracks();
  }

  /** @param {AudioContext} context @param {number} hertz */
  function oscillate(context, hertz) {
    const node = context.createOscillator();
    node.frequency.value = hertz;
    node.start();
    return node;
  }

  function camera() {
    const canvas = document.createElement('canvas');
    canvas.width = WIDTH * SCALE;
    canvas.height = HEIGHT * SCALE;
    brush = canvas.getContext('2d', { willReadFrequently: true }) ?? undefined;
    brush?.scale(SCALE, SCALE);
    draw();
    const stream = canvas.captureStream(20);
    setInterval(draw, 50);
    return stream.getVideoTracks();
  }

  function draw() {
    if (!brush) return;
    turn += 1;
    brush.fillStyle = flashing ? 'white' : `rgb(${me.colour.join(' ')})`;
    brush.fillRect(0, 0, WIDTH, HEIGHT);
    if (portrait) drawPortrait(brush);
    // A stripe that moves along the lower edge keeps frames coming; the middle stays plain.
    brush.fillStyle = 'black';
    if (!portrait) brush.fillRect((turn * 8) % WIDTH, HEIGHT - 14, 24, 14);
  }

  /** The beep is set for a moment ahead, and the flash is drawn when the microphone's clock has come there. */
  function flash() {
    if (!audio || !beepGain) return;
    const at = audio.currentTime + 0.05;
    beepGain.gain.setValueAtTime(0.4, at);
    beepGain.gain.setValueAtTime(0, at + FLASH_MS / 1000);
    const wait = setInterval(() => {
      if (!audio || audio.currentTime < at) return;
      clearInterval(wait);
      flashing = true;
      draw();
      setTimeout(() => { flashing = false; draw(); }, FLASH_MS);
    }, 1);
  }

  /** A drawn person instead of the plain colour, for pictures of the page. @param {CanvasRenderingContext2D} on */
  function drawPortrait(on) {
    const sway = Math.sin(turn / 20) * 3;
    const [r, g, b] = me.colour;
    on.fillStyle = `rgb(${[r, g, b].map((part) => Math.round(part * 0.35 + 150)).join(' ')})`;
    on.fillRect(0, 0, WIDTH, HEIGHT);
    on.fillStyle = `rgb(${me.colour.join(' ')})`;
    on.beginPath();
    on.ellipse(WIDTH / 2 + sway, HEIGHT + 10, 78, 74, 0, 0, 2 * Math.PI);
    on.fill();
    on.fillStyle = '#2b2320';
    on.beginPath();
    on.ellipse(WIDTH / 2 + sway, 72, 38, 44, 0, 0, 2 * Math.PI);
    on.fill();
    on.fillStyle = '#d9a57e';
    on.beginPath();
    on.ellipse(WIDTH / 2 + sway, 82, 30, 36, 0, 0, 2 * Math.PI);
    on.fill();
    on.fillStyle = '#2b2320';
    for (const side of [-11, 11]) {
      on.beginPath();
      on.arc(WIDTH / 2 + sway + side, 80, 2.5, 0, 2 * Math.PI);
      on.fill();
    }
    on.strokeStyle = '#2b2320';
    on.lineWidth = 2;
    on.beginPath();
    on.arc(WIDTH / 2 + sway, 92, 9, 0.2 * Math.PI, 0.8 * Math.PI);
    on.stroke();
  }

  navigator.mediaDevices.getUserMedia = async (wishes = {}) => {
    if (window.__source.isUndecided) await new Promise(() => {});
    if (window.__source.refusal) throw new DOMException('as the test asked', window.__source.refusal);
    return new MediaStream([...(wishes.audio ? microphone() : []), ...(wishes.video ? camera() : [])]);
  };
  navigator.mediaDevices.enumerateDevices = async () => /** @type {any} */ (['audioinput', 'videoinput'].map((kind) => ({
    kind, deviceId: kind, groupId: 'test', label: kind, toJSON() { return this; },
  })));

  window.__source = {
    /** When set, the person never answers the question for camera and microphone. */
    isUndecided: false,
    /** When set, asking for camera or microphone fails with this DOMException name. @type {string} */
    refusal: '',
    /** Flashes white and beeps at the same instant, again and again, until `stopFlashing`. @param {number} everyMs */
    startFlashing(everyMs) {
      flashTimer = setInterval(flash, everyMs);
    },
    stopFlashing() {
      clearInterval(flashTimer);
    },
  };
}
