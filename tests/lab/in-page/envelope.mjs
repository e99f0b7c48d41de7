/**
 * Runs in the page before its own scripts: writes down how loud the own microphone and each voice that arrives are, in
 * hops of 10 ms with the wall clock of their rendering. The microphone is measured on a copy of the track that the page
 * was given, so that what the page does with its own (mute, hold, replace) hides no speech that nobody heard.
 */
export function installEnvelope() {
  if (!navigator.mediaDevices) return;
  const HOP_SECONDS = 0.01;
  /** Messages from the audio thread: often enough that little is lost with a page that closes. */
  const HOPS_A_MESSAGE = 25;

  const meter = `registerProcessor('meter', class extends AudioWorkletProcessor {
    sum = 0; count = 0; hops = [];
    process([input]) {
      const samples = input[0];
      for (let index = 0; index < 128; index += 1) {
        const sample = samples ? samples[index] : 0;
        this.sum += sample * sample;
        this.count += 1;
        if (this.count < sampleRate * ${HOP_SECONDS}) continue;
        this.hops.push([currentFrame + index + 1, Date.now(), Math.sqrt(this.sum / this.count)]);
        this.sum = 0; this.count = 0;
      }
      if (this.hops.length >= ${HOPS_A_MESSAGE}) { this.port.postMessage(this.hops); this.hops = []; }
      return true;
    }
  })`;
  const context = new AudioContext({ sampleRate: 48_000 });
  const ready = context.audioWorklet.addModule(URL.createObjectURL(new Blob([meter], { type: 'text/javascript' })));

  /** @type {{label: string, kind: 'microphone' | 'ear', hops: [number, number, number][], isOver: boolean}[]} */
  const recordings = [];
  /** @type {MediaStreamAudioSourceNode[]} a source that nobody holds is collected, and its meter falls silent */ const held = [];
  const mutes = new WeakMap();

  /** @param {MediaStreamTrack} track @param {'microphone' | 'ear'} kind @param {string} label */
  async function measure(track, kind, label) {
    /** @type {(typeof recordings)[0]} */ const recording = { label, kind, hops: [], isOver: false };
    recordings.push(recording);
    await ready;
    const source = context.createMediaStreamSource(new MediaStream([track]));
    const node = new AudioWorkletNode(context, 'meter', { numberOfOutputs: 1, channelCount: 1, channelCountMode: 'explicit' });
    // The graph is rendered towards the destination; the worklet's own output is silence.
    source.connect(node).connect(context.destination);
    held.push(source);
    node.port.onmessage = ({ data }) => {
      // What no element plays, nobody hears.
      const isHeard = kind === 'microphone' || isPlaying(track);
      for (const hop of data) recording.hops.push(isHeard ? hop : [hop[0], hop[1], 0]);
    };
  }

  /** Elements that play, in the document or not. @type {Set<HTMLMediaElement>} */
  const players = new Set();
  const plainPlay = HTMLMediaElement.prototype.play;
  HTMLMediaElement.prototype.play = function play() {
    players.add(this);
    return plainPlay.call(this);
  };

  /** @param {MediaStreamTrack} track */
  function isPlaying(track) {
    const elements = [...players, ...document.querySelectorAll('audio, video')];
    return elements.some((one) => one instanceof HTMLMediaElement && !one.muted && !one.paused && one.volume > 0
      && one.srcObject instanceof MediaStream && one.srcObject.getAudioTracks().some((other) => other.id === track.id && other.enabled));
  }

  const plainMedia = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
  navigator.mediaDevices.getUserMedia = async (wishes) => {
    const stream = await plainMedia(wishes);
    const [track] = stream.getAudioTracks();
    if (track && !mutes.has(track)) {
      mutes.set(track, true);
      void measure(track.clone(), 'microphone', 'microphone');
    }
    return stream;
  };

  // Elsewhere than here a connection is made; here its tracks are heard.
  let connections = 0;
  (window.__lab ??= {}).onConnection = [...(window.__lab.onConnection ?? []), (/** @type {RTCPeerConnection} */ peer) => {
    const number = connections++;
    peer.addEventListener('track', ({ track, transceiver }) => {
      if (track.kind === 'audio') void measure(track, 'ear', `${number}/${transceiver.mid}`);
    });
  }];

  Object.assign(window.__lab, {
    recordings: () => recordings.filter(({ hops }) => hops.length > 0).map(({ label, kind, hops }) => ({ label, kind, hops, sampleRate: context.sampleRate })),
    /** Whether the own microphone has sounded. */
    isSpeaking: () => recordings.some(({ kind, hops }) => kind === 'microphone' && hops.some(([, , rms]) => rms > 0.01)),
    /** Whether a voice has arrived. */
    isHearing: () => recordings.some(({ kind, hops }) => kind === 'ear' && hops.some(([, , rms]) => rms > 0.01)),
    soundState: () => context.state,
  });
  void context.resume();
}
