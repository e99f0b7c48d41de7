/**
 * Runs in the page before its own scripts: writes down, look by look, whose voice comes out and which tiles stand there,
 * so that a test can say what held all the time and how long the longest silence was.
 */
export function installLog() {
  if (!navigator.mediaDevices) return;
  const LOOK_EVERY_MS = 40;
  /** @type {undefined | {stop: () => object, look: () => object}} */ let current;

  function startLog() {
    const started = performance.now();
    /** @type {Record<string, {heardMs: number, lastMs: number, longestGapMs: number}>} */ const voices = {};
    /** @type {Record<string, number>} the most tiles that one seat had at once */ const mostTiles = {};
    /** @type {Record<string, number>} looks at which a seat had no tile */ const withoutTile = {};
    let looks = 0;
    const { slots, heardIn, bandsOf } = window.__measure;

    function look() {
      looks += 1;
      const now = performance.now();
      for (const { audio, audible, name } of slots()) {
        if (!audible || name === undefined) continue;
        if (!heardIn(bandsOf(audio)).includes(name)) continue;
        const voice = voices[name] ??= { heardMs: 0, lastMs: now, longestGapMs: 0 };
        voice.longestGapMs = Math.max(voice.longestGapMs, now - voice.lastMs);
        voice.lastMs = now;
        voice.heardMs += LOOK_EVERY_MS;
      }
      /** @type {Record<string, number>} */ const tiles = {};
      for (const tile of document.querySelectorAll('[data-testid="tile"][data-seat]')) {
        const seat = /** @type {HTMLElement} */ (tile).dataset.seat;
        if (seat) tiles[seat] = (tiles[seat] ?? 0) + 1;
      }
      for (const seat of new Set([...Object.keys(tiles), ...Object.keys(mostTiles)])) {
        mostTiles[seat] = Math.max(mostTiles[seat] ?? 0, tiles[seat] ?? 0);
        if (!tiles[seat]) withoutTile[seat] = (withoutTile[seat] ?? 0) + 1;
      }
    }
    const timer = setInterval(look, LOOK_EVERY_MS);
    const tell = () => {
      const now = performance.now();
      return {
        looks, mostTiles, withoutTile, forMs: Math.round(now - started),
        voices: Object.fromEntries(Object.entries(voices).map(([name, voice]) => [name, {
          heardMs: voice.heardMs,
          // A silence that lasts until now counts as well.
          longestGapMs: Math.round(Math.max(voice.longestGapMs, now - voice.lastMs)),
          silentForMs: Math.round(now - voice.lastMs),
        }])),
      };
    };
    return { look: tell, stop() { clearInterval(timer); return tell(); } };
  }

  Object.assign(window.__measure, {
    startLog() { current?.stop(); current = startLog(); },
    logged: () => current?.look(),
    stopLog: () => current?.stop(),
  });
}
