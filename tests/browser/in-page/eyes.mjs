/**
 * Runs in the page before its own scripts: sees which colour each tile shows, under which name, frame by frame.
 */
export function installEyes() {
  const { cast, slots, isVisible } = window.__measure;
  /** Codec and colour conversion move a colour by about 10 a channel; the cast's colours are at least 150 apart. */
  const NEAR = 60;
  const WHITE_FROM = 200;

  const canvas = document.createElement('canvas');
  canvas.width = 8;
  canvas.height = 8;
  const brush = canvas.getContext('2d', { willReadFrequently: true });

  /** The colour in the middle of the picture. @param {HTMLVideoElement} picture @returns {[number, number, number] | undefined} */
  function middleOf(picture) {
    if (!brush || picture.videoWidth === 0 || picture.readyState < 2) return undefined;
    const { videoWidth: width, videoHeight: height } = picture;
    brush.drawImage(picture, width * 0.4, height * 0.4, width * 0.2, height * 0.2, 0, 0, 8, 8);
    const [r, g, b] = brush.getImageData(4, 4, 1, 1).data;
    return [r, g, b];
  }

  /** Whose colour this is; 'white' for the flash, 'unknown' for anything else. @param {[number, number, number]} colour */
  function ownerOf(colour) {
    if (Math.min(...colour) >= WHITE_FROM) return 'white';
    const near = cast.find((person) => Math.hypot(...person.colour.map((part, index) => part - colour[index])) <= NEAR);
    return near?.name ?? 'unknown';
  }

  /** What a slot's tile shows: whose name, whose colour. @param {ReturnType<typeof slots>[number]} slot */
  function look({ slot, name, seat, state, picture }) {
    const colour = picture && isVisible(picture) ? middleOf(picture) : undefined;
    return { slot, name, seat, state, colour, shows: colour ? ownerOf(colour) : undefined };
  }

  /**
   * Resolves once exactly the people `names` are seen, each under the own name; else with `ok: false` at the limit.
   * @param {{names: string[], limitMs: number}} wish
   */
  function seeExactly({ names, limitMs }) {
    const started = performance.now();
    return new Promise((done) => {
      const again = () => {
        const seen = slots().map(look).filter((one) => one.shows !== undefined || one.name !== undefined);
        const ok = seen.length === names.length && names.every((name) => seen.some((one) => one.name === name && one.shows === name && one.state === 'live'));
        if (ok || performance.now() - started > limitMs) done({ ok, seen });
        else requestAnimationFrame(again);
      };
      again();
    });
  }

  /**
   * Watches every frame until it is stopped: which colour and which voice appear under which name. A look is taken at each
   * new video frame and at each screen refresh, so that an old picture that stands still under a new name counts too.
   */
  function watch() {
    let watching = true;
    let looks = 0;
    /** @type {Record<string, number>} how often "colour under name" was seen */ const colours = {};
    /** @type {Record<string, number>} how often "voice under name" was heard */ const voices = {};
    /** @type {object[]} */ const wrong = [];
    /** @type {Record<string, number>} when each colour was first seen, ms from the start */ const firstSeenMs = {};
    const started = performance.now();

    /** @param {Record<string, number>} counts @param {string} under @param {string} what */
    const count = (counts, under, what) => { counts[`${what} under ${under}`] = (counts[`${what} under ${under}`] ?? 0) + 1; };

    function lookAtAll() {
      for (const one of slots().map(look)) {
        looks += 1;
        if (one.shows === undefined) continue;
        const under = one.name ?? 'no name';
        count(colours, under, one.shows);
        firstSeenMs[one.shows] ??= Math.round(performance.now() - started);
        const isSomebodyElse = one.shows !== 'white' && one.shows !== 'unknown' && one.shows !== one.name;
        if (isSomebodyElse && wrong.length < 20) wrong.push({ atMs: Math.round(performance.now() - started), ...one });
      }
    }
    function onRefresh() {
      if (!watching) return;
      lookAtAll();
      requestAnimationFrame(onRefresh);
    }
    /** @type {WeakSet<HTMLVideoElement>} */ const followed = new WeakSet();
    function follow() {
      for (const { picture } of slots()) {
        if (!picture || followed.has(picture)) continue;
        followed.add(picture);
        const onFrame = () => {
          if (!watching) return;
          lookAtAll();
          picture.requestVideoFrameCallback(onFrame);
        };
        picture.requestVideoFrameCallback(onFrame);
      }
    }
    /** @type {Record<number, number>} since when each slot can be heard */ const audibleSince = {};
    const timer = setInterval(() => {
      follow();
      const now = performance.now();
      for (const { slot, audio, audible, name } of slots()) {
        if (!audible) delete audibleSince[slot];
        // What sounded before the slot became audible nobody heard: the meter's window must lie wholly after it.
        if (!audible || now - (audibleSince[slot] ??= now) < window.__measure.heardNowMs) continue;
        for (const heard of window.__measure.heardNow(audio)) {
          count(voices, name ?? 'no name', heard);
          if (heard !== name && wrong.length < 20) wrong.push({ atMs: Math.round(performance.now() - started), heard, name });
        }
      }
    }, 10);
    follow();
    onRefresh();
    return {
      tallies: () => ({ looks, colours, voices, wrong, firstSeenMs, forMs: Math.round(performance.now() - started) }),
      stop() {
        watching = false;
        clearInterval(timer);
      },
    };
  }

  /** @type {undefined | ReturnType<typeof watch>} */ let current;

  /**
   * Measures how far apart flash and beep of one person arrive, as the median over the last `times` pairs, until that
   * is at most `withinMs` or the limit passes: a browser brings sound and picture together only after the second
   * sender report of each. Both are taken on this page's clock: the flash when its frame is presented, the beep when
   * it sounds. Positive means that the picture came after the sound.
   * @param {{name: string, times: number, withinMs: number, limitMs: number}} wish
   */
  function flashAgainstBeep({ name, times, withinMs, limitMs }) {
    const slot = slots().find((one) => one.name === name);
    if (!slot?.picture) return Promise.resolve({ ok: false, why: `nobody is shown as ${name}` });
    const { picture } = slot;
    const level = window.__measure.beepMeter(slot.audio);
    /** @type {number[]} */ const flashes = [];
    /** @type {number[]} */ const beeps = [];
    let isWhite = false;
    let isLoud = false;
    let measuring = true;
    const onFrame = () => {
      const colour = middleOf(picture);
      const white = colour !== undefined && ownerOf(colour) === 'white';
      if (white && !isWhite) flashes.push(performance.now());
      isWhite = white;
      if (measuring) picture.requestVideoFrameCallback(onFrame);
    };
    picture.requestVideoFrameCallback(onFrame);
    const started = performance.now();
    return new Promise((done) => {
      const timer = setInterval(() => {
        const loud = level() > -50;
        if (loud && !isLoud) beeps.push(performance.now());
        isLoud = loud;
        const timeUp = performance.now() - started > limitMs;
        const apart = distances(flashes, beeps);
        const medianMs = apart.length < times ? undefined : median(apart.slice(-times));
        const ok = medianMs !== undefined && Math.abs(medianMs) <= withinMs;
        if (!ok && !timeUp) return;
        clearInterval(timer);
        measuring = false;
        done({ ok, medianMs, afterMs: Math.round(performance.now() - started), apart });
      }, 4);
    });
  }

  /** From each flash to the beep that belongs to it; flashes without one are left out. @param {number[]} flashes @param {number[]} beeps */
  function distances(flashes, beeps) {
    return flashes.flatMap((flash) => {
      const nearest = beeps.reduce((best, beep) => (Math.abs(beep - flash) < Math.abs(best - flash) ? beep : best), Infinity);
      return Math.abs(nearest - flash) < 350 ? [Math.round(flash - nearest)] : [];
    });
  }

  /** @param {number[]} values */
  function median(values) {
    return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
  }

  Object.assign(window.__measure, {
    seeExactly, flashAgainstBeep,
    startWatching() { current = watch(); },
    watched: () => current?.tallies(),
    stopWatching() {
      current?.stop();
      return current?.tallies();
    },
    lookNow: () => slots().map(look),
  });
}
