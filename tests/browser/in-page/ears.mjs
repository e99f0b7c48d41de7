/**
 * Runs in the page before its own scripts: hears what arrives in each slot, band by band.
 * A band is ±40 Hz around a person's tone; its level is the loudest bin in it, in dB.
 *
 * @param {{joinButton: string}} config
 */
export function installEars({ joinButton }) {
  if (!navigator.mediaDevices) return;
  const { cast, beepHz, slots } = window.__measure;
  const HALF_BAND_HZ = 40;
  /** Windows of 85 ms overlap when taken every 40 ms: nothing falls between two looks. */
  const WINDOW = 4096;
  /** For telling when a voice sounds: 21 ms. */
  const SHORT_WINDOW = 1024;
  const LOOK_EVERY_MS = 40;
  /** Quieter than this nobody is heard: the tones arrive at about −20 dB. */
  const HEARD_DB = -60;
  const MARGIN_DB = 20;

  const context = new AudioContext({ sampleRate: 48_000 });
  /** @type {WeakMap<MediaStreamTrack, {source: MediaStreamAudioSourceNode, analyser: AnalyserNode, quick: AnalyserNode}>} */
  const meters = new WeakMap();

  /** @param {MediaStreamTrack} track */
  function meterOf(track) {
    let meter = meters.get(track);
    if (!meter) {
      const source = context.createMediaStreamSource(new MediaStream([track]));
      meter = { source, analyser: listenTo(source, WINDOW), quick: listenTo(source, SHORT_WINDOW) };
      meters.set(track, meter);
    }
    return meter;
  }

  /** @param {AudioNode} node @param {number} window in samples */
  function listenTo(node, window) {
    const analyser = context.createAnalyser();
    analyser.fftSize = window;
    analyser.smoothingTimeConstant = 0;
    analyser.minDecibels = -140;
    node.connect(analyser);
    return analyser;
  }

  /** @param {AnalyserNode} analyser @param {number} hertz @returns {number} dB */
  function bandLevel(analyser, hertz) {
    const bins = new Float32Array(analyser.frequencyBinCount);
    analyser.getFloatFrequencyData(bins);
    const width = context.sampleRate / analyser.fftSize;
    const half = Math.max(HALF_BAND_HZ, width / 2);
    const inBand = bins.slice(Math.floor((hertz - half) / width), Math.ceil((hertz + half) / width) + 1);
    return Math.max(-200, ...inBand);
  }

  /** Levels of all people's bands, in the cast's order. @param {AnalyserNode} analyser */
  function bands(analyser) {
    return cast.map((person) => bandLevel(analyser, person.tone));
  }

  /** By how many dB the named person's band stands over the loudest of all others. @param {number[]} levels @param {string} name */
  function marginOf(levels, name) {
    const own = cast.findIndex((person) => person.name === name);
    return levels[own] - Math.max(-200, ...levels.filter((_, index) => index !== own));
  }

  /** Who sounds in these bands: everyone loud enough and not drowned. @param {number[]} levels */
  function heardIn(levels) {
    const loudest = Math.max(...levels);
    return cast.filter((_, index) => levels[index] > HEARD_DB && levels[index] > loudest - MARGIN_DB).map((person) => person.name);
  }

  /**
   * Resolves once every slot has sounded, without a break of `heldMs`, like the one person the page names there,
   * and these are exactly `names`. Resolves with `ok: false` and what was heard last when the limit passes.
   * @param {{names: string[], heldMs: number, limitMs: number}} wish
   */
  function hearExactly({ names, heldMs, limitMs }) {
    const started = performance.now();
    let since = started;
    let longest = 0;
    let worst = Infinity;
    return new Promise((done) => {
      const timer = setInterval(() => {
        const now = performance.now();
        const heard = slots().flatMap(({ slot, audio, audible, name }) => {
          const levels = audible ? bands(meterOf(audio).analyser) : cast.map(() => -200);
          const isExpected = name !== undefined && names.includes(name);
          return !isExpected && heardIn(levels).length === 0 ? [] : [{ slot, name, levels, margin: name === undefined ? -200 : marginOf(levels, name) }];
        });
        const good = heard.length === names.length
          && names.every((name) => heard.some((one) => one.name === name))
          && heard.every((one) => one.margin >= MARGIN_DB && Math.max(...one.levels) > HEARD_DB);
        if (good) {
          worst = Math.min(worst, ...heard.map((one) => one.margin));
          longest = Math.max(longest, now - since);
        } else {
          since = now;
          worst = Infinity;
        }
        const ok = now - since >= heldMs && good;
        if (!ok && now - started < limitMs) return;
        clearInterval(timer);
        done({ ok, worstMarginDb: Math.round(worst), longestMs: Math.round(longest), context: context.state, heard });
      }, LOOK_EVERY_MS);
    });
  }

  /**
   * The positive control: mixes each other person's tone, made here, into what a slot brings, and resolves with the
   * names for which the detector then speaks up. A detector that is silent here would prove nothing elsewhere.
   * @param {number} slotNumber
   */
  async function controlFires(slotNumber) {
    const slot = slots().find((one) => one.slot === slotNumber);
    if (!slot?.name) return { fired: [], expected: ['a named slot'] };
    const others = cast.filter((person) => person.name !== slot.name);
    const fired = [];
    for (const person of others) {
      const mix = context.createGain();
      const forbidden = context.createOscillator();
      const loudness = context.createGain();
      loudness.gain.value = 0.1;
      forbidden.frequency.value = person.tone;
      forbidden.connect(loudness).connect(mix);
      meterOf(slot.audio).source.connect(mix);
      const analyser = listenTo(mix, WINDOW);
      forbidden.start();
      const caught = await soon(() => {
        const levels = bands(analyser);
        return marginOf(levels, slot.name) < MARGIN_DB && heardIn(levels).includes(person.name);
      }, 3000);
      forbidden.stop();
      meterOf(slot.audio).source.disconnect(mix);
      if (caught) fired.push(person.name);
    }
    return { fired, expected: others.map((person) => person.name) };
  }

  /** @param {() => boolean} condition @param {number} limitMs @returns {Promise<boolean>} */
  function soon(condition, limitMs) {
    const started = performance.now();
    return new Promise((done) => {
      const timer = setInterval(() => {
        const met = condition();
        if (!met && performance.now() - started < limitMs) return;
        clearInterval(timer);
        done(met);
      }, LOOK_EVERY_MS);
    });
  }

  /** Calls back once a voice comes out of any slot, unless `isOver` says that nobody asks any more. @param {() => boolean} isOver @param {() => void} then */
  function onVoice(isOver, then) {
    const timer = setInterval(() => {
      if (!isOver() && !slots().some(({ audio }) => heardIn(bands(meterOf(audio).analyser)).length > 0)) return;
      clearInterval(timer);
      if (!isOver()) then();
    }, 10);
  }

  // From the click on the join button to the first voice that comes out of any slot.
  const firstVoice = { clickedAt: 0, voiceMs: 0, connectedMs: 0 };
  document.addEventListener('click', (event) => {
    if (!(event.target instanceof Element) || !event.target.closest(joinButton)) return;
    void context.resume();
    firstVoice.clickedAt = performance.now();
    firstVoice.voiceMs = 0;
    firstVoice.connectedMs = 0;
    const clickedAt = firstVoice.clickedAt;
    const isOver = () => firstVoice.clickedAt !== clickedAt;
    const timer = setInterval(() => {
      if (!isOver() && window.nhipcau?.peer?.connectionState !== 'connected') return;
      clearInterval(timer);
      if (!isOver()) firstVoice.connectedMs = performance.now() - clickedAt;
    }, 10);
    onVoice(isOver, () => { firstVoice.voiceMs = performance.now() - clickedAt; });
  }, { capture: true });
  let timed = 0;

  Object.assign(window.__measure, {
    hearExactly, controlFires, firstVoice, heardIn,
    /** Takes the time from now to the first voice; `voiceTimed` tells it. */
    timeVoice() {
      const started = performance.now();
      timed = 0;
      onVoice(() => false, () => { timed = performance.now() - started; });
    },
    voiceTimed: () => timed,
    /** Levels of all people's bands in a slot, over the last 85 ms. @param {MediaStreamTrack} audio */
    bandsOf: (audio) => bands(meterOf(audio).analyser),
    /** Who was heard in a slot during the last `heardNowMs`. @param {MediaStreamTrack} audio */
    heardNow: (audio) => heardIn(bands(meterOf(audio).quick)),
    heardNowMs: (SHORT_WINDOW / context.sampleRate) * 1000,
    /** A fast meter for the beep: windows of 11 ms. @param {MediaStreamTrack} audio */
    beepMeter(audio) {
      const analyser = listenTo(meterOf(audio).source, 512);
      return () => bandLevel(analyser, beepHz);
    },
    wake: () => context.resume(),
  });
}
