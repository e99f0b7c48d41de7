/**
 * Runs in the page before its own scripts: replaces the camera and the microphone by a picture of one colour and
 * a modulated tone. What comes from Web Audio and a canvas passes no noise suppression and no echo cancellation.
 * The page itself stays as it is.
 *
 * @param {{me: {name: string, tone: number, beat: number, colour: [number, number, number]}, beepHz: number, portrait: boolean, still: boolean}} config
 */
export function installSource({ me, beepHz, portrait, still }) {
  if (!navigator.mediaDevices) return; // about:blank and other places without a secure context
  const WIDTH = 320;
  const HEIGHT = 180;
  /** Tests use small pictures, which three browsers at a time can encode; pictures of the page deserve sharper ones. */
  const SCALE = portrait ? 4 : 1;
  const FLASH_MS = 200;
  /** Where nobody looks at the picture, it should cost next to nothing. */
  const FRAMES_A_SECOND = still ? 1 : 20;
  /** @type {AudioContext | undefined} */ let audio;
  /** @type {GainNode | undefined} */ let beepGain;
  /** @type {CanvasRenderingContext2D | undefined} */ let brush;
  const REAR = [40, 190, 200];
  let colour = me.colour;
  /** @type {ReturnType<typeof setInterval> | undefined} */ let drawing;
  /** @type {MediaStreamTrack[]} the newest of each kind is the one in use */ const given = [];
  let flashing = false;
  let turn = 0;
  /** @type {ReturnType<typeof setInterval> | undefined} */ let flashTimer;

  function microphone() {
    audio ??= new AudioContext({ sampleRate: 48_000 });
    void audio.resume();
    window.__source.isMaking = true;
    const tracks = speak(audio);
    window.__source.isMaking = false;
    return tracks;
  }

  /** @param {AudioContext} audio */
  function speak(audio) {
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

  /** The rear camera shows a colour of its own, for whoever wants to know which one is on. @param {boolean} isRear */
  function camera(isRear) {
    colour = isRear ? REAR : me.colour;
    const canvas = document.createElement('canvas');
    canvas.width = WIDTH * SCALE;
    canvas.height = HEIGHT * SCALE;
    brush = canvas.getContext('2d', { willReadFrequently: true }) ?? undefined;
    brush?.scale(SCALE, SCALE);
    draw();
    const stream = canvas.captureStream(FRAMES_A_SECOND);
    drawing ??= setInterval(draw, 1000 / FRAMES_A_SECOND);
    return stream.getVideoTracks();
  }

  function draw() {
    if (!brush) return;
    turn += 1;
    brush.fillStyle = flashing ? 'white' : `rgb(${colour.join(' ')})`;
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
    asked.push(JSON.stringify(wishes));
    const first = (/** @type {string} */ kind) => devices.find((device) => device.kind === kind);
    if ((wishes.audio && !first('audioinput')) || (wishes.video && !first('videoinput'))) throw new DOMException('there is none', 'NotFoundError');
    const wantsRear = /environment|"rear"/.test(JSON.stringify(wishes.video ?? ''));
    const tracks = [
      ...(wishes.audio ? microphone().map((track) => withSettings(track, { deviceId: first('audioinput')?.deviceId })) : []),
      ...(wishes.video ? camera(wantsRear).map((track) => withSettings(track, wantsRear ? { deviceId: 'rear', facingMode: 'environment' } : { deviceId: 'front', facingMode: 'user' })) : []),
    ];
    given.push(...tracks);
    return new MediaStream(tracks);
  };
  let devices = ['audioinput headset', 'audioinput built-in', 'videoinput front', 'videoinput rear'].map((words) => {
    const [kind = '', deviceId = ''] = words.split(' ');
    return { kind, deviceId, groupId: 'test', label: `${deviceId} ${kind}`, toJSON() { return this; } };
  });
  /** @type {string[]} */ const asked = [];
  navigator.mediaDevices.enumerateDevices = async () => /** @type {any} */ (devices);

  /** A track that says which device it is, as a real one does. @param {MediaStreamTrack} track @param {MediaTrackSettings} settings */
  function withSettings(track, settings) {
    const own = track.getSettings();
    track.getSettings = () => ({ ...own, ...settings });
    return track;
  }

  /** @param {string} kind */
  const newest = (kind) => given.filter((track) => track.kind === kind).at(-1);

  window.__source = {
    /** When set, the person never answers the question for camera and microphone. */
    isUndecided: false,
    /** When set, asking for camera or microphone fails with this DOMException name. @type {string} */
    refusal: '',
    /** While the person's own sound is put together. */
    isMaking: false,
    /** What the page wanted of camera and microphone, in words, one entry each time. */
    asked,
    /** The device takes the newest track away, as a telephone call or a pulled headset does. @param {'audio' | 'video'} kind */
    end(kind) {
      const track = newest(kind);
      track?.stop();
      track?.dispatchEvent(new Event('ended'));
    },
    /** The device goes silent under the newest track and keeps it, as iOS does for Siri. @param {'audio' | 'video'} kind @param {boolean} muted */
    interrupt(kind, muted) {
      const track = newest(kind);
      if (!track) return;
      Object.defineProperty(track, 'muted', { configurable: true, value: muted });
      track.dispatchEvent(new Event(muted ? 'mute' : 'unmute'));
    },
    /** This device is not there any more, and its tracks end. @param {string} deviceId */
    unplug(deviceId) {
      devices = devices.filter((device) => device.deviceId !== deviceId);
      for (const kind of /** @type {const} */ (['audio', 'video'])) if (newest(kind)?.getSettings().deviceId === deviceId) this.end(kind);
      navigator.mediaDevices.dispatchEvent(new Event('devicechange'));
    },
    /** Flashes white and beeps at the same instant, again and again, until `stopFlashing`. @param {number} everyMs */
    startFlashing(everyMs) {
      flashTimer = setInterval(flash, everyMs);
    },
    stopFlashing() {
      clearInterval(flashTimer);
    },
  };
}
