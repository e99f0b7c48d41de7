/**
 * The instruments themselves, before anything is measured with them: two peer connections inside one page stand for
 * publisher and viewer, so what they must find is known. Run in both browsers.
 */
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { after, before, describe, test } from 'node:test';
import { startChromium, startFirefox } from '../harness/browsers.mjs';
import { castFor } from '../harness/cast.mjs';
import { Person } from '../harness/person.mjs';

/** A page that sends its camera and microphone to itself; slot 0 is shown under whatever name the test writes. */
const PAGE = `<!doctype html><meta charset="utf-8"><title>loopback</title>
<button data-testid="join">join</button>
<div data-testid="tile" data-seat="1" data-state="blank"><video autoplay playsinline muted></video><audio autoplay></audio><span>–</span></div>
<script type="module">
  document.querySelector('button').onclick = async () => {
    const media = await navigator.mediaDevices.getUserMedia({ audio: true, video: true });
    const publisher = new RTCPeerConnection();
    const viewer = new RTCPeerConnection();
    publisher.onicecandidate = ({ candidate }) => viewer.addIceCandidate(candidate ?? undefined);
    viewer.onicecandidate = ({ candidate }) => publisher.addIceCandidate(candidate ?? undefined);
    // Media lines 0 and 1 stay empty, as the page's own microphone and camera would be there.
    publisher.addTransceiver('audio', { direction: 'inactive' });
    publisher.addTransceiver('video', { direction: 'inactive' });
    for (const track of media.getTracks()) publisher.addTransceiver(track, { direction: 'sendonly', streams: [media] });
    const tile = document.querySelector('[data-testid=tile]');
    const incoming = new MediaStream();
    viewer.ontrack = ({ track, transceiver }) => {
      if (Number(transceiver.mid) < 2) return;
      incoming.addTrack(track);
      tile.querySelector('video').srcObject = incoming;
      tile.querySelector('audio').srcObject = incoming;
      tile.dataset.state = 'live';
    };
    await publisher.setLocalDescription();
    await viewer.setRemoteDescription(publisher.localDescription);
    await viewer.setLocalDescription();
    await publisher.setRemoteDescription(viewer.localDescription);
    window.nhipcau = { peer: viewer };
  };
</script>`;

const cast = castFor(['Lan', 'Mai', 'Sơn', 'Tú']);
const [lan, mai] = cast;
assert(lan && mai);

/** @type {import('node:http').Server} */ let pages;
let origin = '';

before(async () => {
  pages = createServer((_, response) => response.setHeader('content-type', 'text/html').end(PAGE));
  await new Promise((done) => { pages.listen(0, '127.0.0.1', () => done(undefined)); });
  const address = pages.address();
  assert(address && typeof address === 'object');
  origin = `http://127.0.0.1:${address.port}`;
});
after(() => { pages.closeAllConnections(); pages.close(); });

/** @param {Person} person @param {string} name */
const writeName = (person, name) => person.tab.evaluate((text) => { document.querySelector('[data-testid="tile"] span').textContent = text; }, name);

for (const start of [startChromium, startFirefox]) {
  describe(`instruments in ${start === startChromium ? 'Chromium' : 'Firefox'}`, () => {
    /** @type {import('../harness/browsers.mjs').Browser} */ let browser;
    /** @type {Person} */ let person;
    before(async () => {
      browser = await start();
      person = await Person.open(browser, lan, cast, origin);
      await person.join();
      await writeName(person, lan.name);
    });
    after(() => browser?.close());

    test('hear and see a person under the own name', async () => {
      const heard = await person.hearsExactly([lan.name]);
      assert.ok(heard.ok, JSON.stringify(heard));
      const seen = await person.seesExactly([lan.name]);
      assert.ok(seen.ok, JSON.stringify(seen));
    });

    test('fire for every tone that must not be there', async () => {
      const control = await person.controlFires(0);
      assert.deepEqual(control.fired, control.expected);
      assert.deepEqual(control.expected, cast.filter((one) => one !== lan).map((one) => one.name));
    });

    test('find picture and voice of one person under the name of another', async () => {
      await person.startWatching();
      await person.sees('enough looks', () => window.__measure.watched().looks > 50);
      const clean = await person.stopWatching();
      assert.deepEqual(clean.wrong, []);
      await person.startWatching();
      await writeName(person, mai.name);
      await person.sees('both mistakes noticed', () => {
        const { wrong } = window.__measure.watched();
        return wrong.some((one) => one.shows && one.shows !== one.name) && wrong.some((one) => one.heard && one.heard !== one.name);
      });
      await person.stopWatching();
      await writeName(person, lan.name);
    });

    test('write down a silence, how long it was, and that the tile stood all the while', async () => {
      await person.startLog();
      await person.sees('a voice', (name) => (window.__measure.logged().voices[name]?.heardMs ?? 0) > 200, lan.name);
      await person.tab.evaluate(() => new Promise((done) => {
        const player = document.querySelector('audio');
        player.muted = true;
        setTimeout(() => { player.muted = false; done(); }, 700);
      }));
      await person.sees('the voice again', (name) => window.__measure.logged().voices[name].silentForMs < 100, lan.name);
      const { voices, mostTiles, withoutTile } = await person.stopLog();
      assert.ok(voices[lan.name].longestGapMs >= 600 && voices[lan.name].longestGapMs < 1500, JSON.stringify(voices));
      assert.deepEqual({ mostTiles, withoutTile }, { mostTiles: { 1: 1 }, withoutTile: {} });
    });

    test('write down a tile that is there twice, and one that is gone', async () => {
      await person.startLog();
      await person.tab.evaluate(() => document.body.append(document.querySelector('[data-testid="tile"]').cloneNode(true)));
      await person.sees('two', () => window.__measure.logged().mostTiles[1] === 2);
      // Taken out of the page a player would stop: the tile only loses its seat.
      await person.tab.evaluate(() => {
        const [first, second] = document.querySelectorAll('[data-testid="tile"]');
        second.remove();
        delete first.dataset.seat;
      });
      await person.sees('none', () => window.__measure.logged().withoutTile[1] > 0);
      await person.stopLog();
    });

    test('count packets at both ends', async () => {
      const before = await person.packets();
      assert.ok(before.sent > 0 && before.received > 0, JSON.stringify(before));
      await person.sees('more of them', async (earlier) => {
        const now = await window.__measure.packets();
        return now.sent > earlier.sent && now.received > earlier.received;
      }, before);
      assert.deepEqual(await person.efforts(), { peers: 2, sockets: 0, joins: 0 });
    });

    test('bring flash and beep of a loopback together', async () => {
      const [measured] = await person.flashFor([person], { times: 5, withinMs: 100 });
      assert.ok(measured?.ok, JSON.stringify(measured));
      console.log(`flash against beep over loopback: ${JSON.stringify(measured)}`);
    });

    test('weigh what a join sends and receives', async () => {
      await person.tab.evaluate(() => fetch('/v1/join', { method: 'POST', body: new Uint8Array(700), headers: { 'content-encoding': 'deflate' } }).then((response) => response.text()));
      const [join] = await person.joinSizes();
      assert.deepEqual({ ...join, answeredMs: 0 }, { requestBytes: 700, encoding: 'deflate', status: 200, responseBytes: Buffer.byteLength(PAGE), answeredMs: 0 });
    });

    test('know the cipher', async () => {
      assert.match(await person.srtpCipher(), /^SRTP_/);
    });

    test('time the first voice from the click', async () => {
      const first = await person.firstVoice();
      assert.ok(first.voiceMs > 0, JSON.stringify(first));
    });
  });
}
