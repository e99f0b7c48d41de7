/**
 * The stock run: the same two browsers, the same link, and what any page gets that uses WebRTC as it comes: one connection
 * from browser to browser, camera and microphone as asked for by most pages, nothing tuned. What it costs to find each
 * other is not counted: the driver carries the descriptions past the link. Whatever is better than this, is so by its own means.
 */
import { sleep } from './cell.mjs';
import { LabPerson } from './people.mjs';

/** Nothing is fetched for it: the browser is answered in the network's place. */
const ADDRESS_OF_PAGE = 'https://stock.test/';
const CONNECT_MS = 60_000;

/** @param {import('./cell.mjs').Stage} stage @returns {Promise<import('./cell.mjs').Call & {startedMs: number}>} */
export async function callStock({ link, kit, cell, ends }) {
  const practitioner = await LabPerson.start('practitioner', kit.speech.practitioner, {});
  ends(() => practitioner.close());
  const patient = await LabPerson.start('patient', kit.speech.patient, {}, link);
  ends(() => patient.close());
  for (const { tab } of [practitioner, patient]) {
    await tab.answerFor(`${ADDRESS_OF_PAGE}**`, '<!doctype html><title>stock</title><video autoplay playsinline></video>');
    await tab.open(ADDRESS_OF_PAGE);
    await tab.evaluate(openStock);
  }
  const startedMs = await link.restart();
  const navigationMs = Date.now();
  const offer = await patient.tab.evaluate(() => window.stock.offer());
  const answer = await practitioner.tab.evaluate((text) => window.stock.answer(text), offer);
  await patient.tab.evaluate((text) => window.stock.accept(text), answer);
  await patient.sees('a voice', () => window.__lab.isHearing(), CONNECT_MS).catch((error) => console.log(`  ${error.message}`));
  await sleep(cell.seconds * 1000);
  const untilMs = Date.now();
  const people = await Promise.all([patient, practitioner].map((person) => person.account()));
  return { people, navigationMs, untilMs, startedMs, seatsBefore: [] };
}

/** In the page: one stock connection. The picture is as large as ours, so that the two can be compared on a good link. */
async function openStock() {
  const peer = new RTCPeerConnection();
  const player = document.querySelector('video');
  if (!player) throw new Error('the page has no player');
  peer.addEventListener('track', ({ streams: [stream] }) => { player.srcObject = stream ?? null; });
  const media = await navigator.mediaDevices.getUserMedia({ audio: true, video: { width: { ideal: 1280 }, height: { ideal: 720 } } });
  for (const track of media.getTracks()) peer.addTrack(track, media);

  /** With all its candidates: there are only those of the machine itself. @param {RTCSessionDescriptionInit} description */
  async function own(description) {
    const gathered = new Promise((done) => { peer.addEventListener('icegatheringstatechange', () => { if (peer.iceGatheringState === 'complete') done(undefined); }); });
    await peer.setLocalDescription(description);
    await gathered;
    return peer.localDescription?.sdp ?? '';
  }
  Object.assign(window, {
    stock: {
      offer: async () => own(await peer.createOffer()),
      async answer(/** @type {string} */ sdp) {
        await peer.setRemoteDescription({ type: 'offer', sdp });
        return own(await peer.createAnswer());
      },
      accept: (/** @type {string} */ sdp) => peer.setRemoteDescription({ type: 'answer', sdp }),
    },
  });
}
