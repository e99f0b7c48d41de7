/**
 * Runs in the page before its own scripts: finds out what the page shows in which receive slot.
 * Everything that measures builds on `window.__measure`, which starts here.
 *
 * @param {{cast: {name: string, tone: number, colour: [number, number, number]}[], beepHz: number}} config
 */
export function installSlots({ cast, beepHz }) {
  /** Media line ids of a slot's audio and video, as PROTOCOL.md lays them out. */
  const SLOT_MIDS = [['2', '3'], ['4', '5']];

  /** @typedef {{slot: number, audio: MediaStreamTrack, video: MediaStreamTrack, tile?: HTMLElement, picture?: HTMLVideoElement, audible: boolean, name?: string, seat?: string, state?: string}} Slot */

  /** Every receive slot with the tile that shows it; `name` is who the page says it is. @returns {Slot[]} */
  function slots() {
    const transceivers = window.nhipcau?.peer?.getTransceivers() ?? [];
    const tiles = /** @type {HTMLElement[]} */ ([...document.querySelectorAll('[data-testid="tile"]')]);
    const track = (/** @type {string} */ mid) => transceivers.find((one) => one.mid === mid)?.receiver.track;
    return SLOT_MIDS.flatMap(([audioMid, videoMid], slot) => {
      const audio = track(audioMid);
      const video = track(videoMid);
      if (!audio || !video) return [];
      const tile = tiles.find((one) => pictureOf(one)?.srcObject?.getTracks().includes(video));
      if (!tile) return [{ slot, audio, video, audible: false }];
      const label = isVisible(tile) ? tile.innerText : '';
      const picture = pictureOf(tile);
      return [{
        slot, audio, video, tile, picture,
        audible: picture !== undefined && isPlaying(picture, audio),
        name: cast.find((person) => label.includes(person.name))?.name,
        seat: tile.dataset.seat,
        state: tile.dataset.state,
      }];
    });
  }

  /** @param {HTMLElement} tile */
  function pictureOf(tile) {
    return tile.querySelector('video') ?? undefined;
  }

  /** Whether a person listening to the page could hear this track through this element. @param {HTMLVideoElement} element @param {MediaStreamTrack} audio */
  function isPlaying(element, audio) {
    const players = /** @type {HTMLMediaElement[]} */ ([element, ...(element.parentElement?.querySelectorAll('audio') ?? [])]);
    return players.some((one) => !one.muted && !one.paused && one.volume > 0 && one.srcObject?.getTracks().includes(audio));
  }

  /** Whether a person looking at the page could see this element's pixels. @param {HTMLElement} element */
  function isVisible(element) {
    return element.checkVisibility({ opacityProperty: true, visibilityProperty: true, contentVisibilityAuto: true });
  }

  window.__measure = Object.assign(window.__measure ?? {}, { cast, beepHz, slots, isVisible });
}
