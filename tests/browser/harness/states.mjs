/**
 * Every state of the page, one after the other, each reached as a person would reach it or, for what only the network can
 * do, by an answer in the server's place. For whoever looks at all of them: accessibility, words that do not fit.
 */
import { aroundTheConsultation } from './carestates.mjs';
import { closeAll, LAN, MAI, openRoom, SON, TU } from './company.mjs';
import { element } from './person.mjs';

/** @typedef {import('./person.mjs').Person} Person */
/** @typedef {(name: string, person: Person) => Promise<void>} Visit what to do in each state */

/** What the server may answer to a first look at a link. */
const REFUSALS = [['link_unknown', 404], ['link_expired', 410], ['link_revoked', 410], ['ended', 410], ['denied', 403], ['removed', 403]];
/** And to a join. */
const JOIN_REFUSALS = [['seat_taken', 409], ['locked', 409], ['room_full', 409], ['draining', 503], ['unsupported_version', 400]];
/** After these the page tries for a while before it says so. */
const PATIENT_REFUSALS = [['rate_limited', 429], ['internal', 500]];

/** What is to be expected of a network, as the data channel counts it from 1. */
const LEVELS = ['good', 'fair', 'weak', 'poor'];

/** A name and a message as long as people write them. */
const LONG = 'Nguyễn Thị Hồng Nhung-Kowalski Bà Trưởng Trạm Y Tế Xã Tả Van';
const QUESTION = 'Bác có đau khi ho không ạ? Đau ở chỗ nào, từ bao giờ, ban đêm có nặng hơn không?';

/**
 * @param {{server: import('./server.mjs').Server, browser: import('./browsers.mjs').Browser, language: string, dark?: boolean, portrait?: boolean}} where
 * @param {Visit} visit
 */
export async function tourOfStates({ server, browser, language, dark = false, portrait = false }, visit) {
  const tour = { server, browser, language, dark, portrait, visit };
  const slow = await refusedSlowly(tour);
  await beforeTheCall(tour);
  await failures(tour);
  for (const [index, person] of slow.people.entries()) {
    await person.finds('[role="alert"]');
    await visit(`refused: ${PATIENT_REFUSALS[index]?.[0]}`, person);
  }
  await closeAll(slow.people);
  await waitingRoom(tour);
  await consultation(tour);
  await aroundTheConsultation(tour, await room(tour, [LAN, MAI, SON]));
  await endings(tour);
}

/** @typedef {Parameters<typeof tourOfStates>[0] & {visit: Visit}} Tour */

/** @param {Tour} tour @param {import('./server.mjs').Invited[]} people */
async function room({ server, browser, language, dark = false, portrait = false }, people) {
  const opened = await openRoom(server, people.map((who) => [who, browser, { language, dark, portrait, still: !portrait }]));
  // A page begins in Vietnamese and changes when the other language's words have come.
  await Promise.all(opened.people.map((person) => person.sees('the language', (code) => document.documentElement.lang === code, language)));
  return opened;
}

/** Two whose join is refused and who will read so later. @param {Tour} tour */
async function refusedSlowly(tour) {
  const slow = await room(tour, [LAN, MAI]);
  await Promise.all(slow.people.map(async (person, index) => {
    const [code, status] = PATIENT_REFUSALS[index] ?? [];
    await person.finds('join');
    await person.tab.evaluate((answer) => { window.__measure.answerJoins = answer; }, { code, status });
    await person.press('join');
  }));
  return slow;
}

/** @param {Tour} tour */
async function beforeTheCall(tour) {
  const { people } = await room(tour, [LAN, MAI, SON]);
  const [lan, mai, son] = /** @type {[Person, Person, Person]} */ (people);
  for (const [name, person] of /** @type {[string, Person][]} */ ([['landing of the patient', mai], ['landing of the practitioner', lan], ['landing of the interpreter', son]])) {
    await person.finds('join');
    await tour.visit(name, person);
  }
  await mai.tab.evaluate(() => { window.__source.isUndecided = true; });
  await mai.press('join');
  await mai.losesSight('join');
  await tour.visit('the question for the microphone', mai);
  await closeAll(people);
}

/** @param {Tour} tour */
async function failures(tour) {
  const { people } = await room(tour, [LAN, MAI]);
  const [, mai] = /** @type {[Person, Person]} */ (people);
  for (const refusal of ['NotAllowedError', 'NotFoundError', 'NotReadableError']) {
    await mai.tab.evaluate((name) => { window.__source.refusal = name; }, refusal);
    await mai.press((await mai.has('join')) ? 'join' : 'again');
    await mai.finds('[role="alert"]');
    await tour.visit(`no microphone: ${refusal}`, mai);
  }
  for (const [code, status] of [...REFUSALS, ...JOIN_REFUSALS]) {
    await mai.tab.reload();
    await mai.finds('join');
    await mai.tab.evaluate((answer) => { window.__measure.answerJoins = answer; }, { code, status });
    await mai.press('join');
    await mai.finds('[role="alert"]');
    await tour.visit(`refused: ${code}`, mai);
  }
  await closeAll(people);
}

/** @param {Tour} tour */
async function waitingRoom(tour) {
  const { people } = await room(tour, [LAN, MAI, TU, { name: LONG, role: 'companion' }]);
  const [lan, mai, tu, long] = /** @type {[Person, Person, Person, Person]} */ (people);
  await mai.join();
  await mai.waits();
  await tour.visit('waiting, nobody is there yet', mai);
  await lan.join();
  await lan.finds('leave');
  await tu.join();
  await long.join();
  await long.waits();
  await tour.visit('waiting behind others', long);
  await lan.finds(lan.rowOf(long));
  await tour.visit('the practitioner alone, three wait', lan);
  for (const [number, level] of LEVELS.entries()) {
    // The first of a page is the server's own; a test of a good network is over within a second or two.
    await mai.finds(`${element('network')}[data-network]`);
    await mai.tab.evaluate((told) => window.__measure.tellLevel(told), number + 1);
    await mai.finds(`${element('network')}[data-network="${level}"]`);
    await lan.finds(`${lan.rowOf(mai)} ${element('prospect')}[data-network="${level}"]`);
    await tour.visit(`waiting, the network is ${level}`, mai);
    await tour.visit(`the practitioner, the network of who waits is ${level}`, lan);
  }
  await lan.decides('hold', mai);
  await mai.finds(`${element('waiting')}[data-held="true"]`);
  await tour.visit('waiting, held', mai);
  await mai.press('chat');
  await mai.write(QUESTION);
  await mai.finds('chat-message');
  await tour.visit('waiting, writing to the clinic', mai);
  await mai.press('close');
  await mai.press('leave');
  await mai.finds('leave-yes');
  await tour.visit('waiting, about to leave', mai);
  await lan.tab.click(`${lan.rowOf(long)} ${element('deny')}`);
  await lan.finds('deny-yes');
  await tour.visit('the practitioner about to turn somebody away', lan);
  await lan.press('deny-no');
  await lan.tab.click(`${lan.rowOf(mai)} ${element('write')}`);
  await lan.finds('chat-message');
  await tour.visit('the practitioner in a private talk', lan);
  await closeAll(people);
}

/** @param {Tour} tour */
async function consultation(tour) {
  const { people } = await room(tour, [LAN, { ...MAI, name: LONG }, SON, TU]);
  const [lan, mai, son, tu] = /** @type {[Person, Person, Person, Person]} */ (people);
  await lan.join();
  await lan.finds('leave');
  await tour.visit('the practitioner alone', lan);
  await Promise.all([mai.joinThrough(lan), son.join()]);
  for (const person of [lan, mai, son]) {
    await person.sees('two others', (css) => document.querySelectorAll(css).length === 2, element('tile'));
    await tour.visit(`in the call: ${person.name}`, person);
  }
  await son.asksTurn('slower');
  await mai.finds('turn-notice');
  await tour.visit('asked to speak more slowly', mai);
  await mai.press('hand');
  await mai.press('mute');
  await mai.press('camera');
  await lan.finds(`${element('tile')} .muted`);
  await tour.visit('the patient muted, without a picture, with a raised hand', lan);
  await mai.press('mute');
  await lan.losesSight(`${element('tile')} .muted`);
  await lan.doesTo('ask-mute', mai);
  await mai.finds('mute-request');
  await tour.visit('asked to mute', mai);
  await tu.join();
  await lan.finds(lan.rowOf(tu));
  await tour.visit('somebody waits during the call', lan);
  await lan.tab.click(`${lan.lineOf(mai)} ${element('remove')}`);
  await lan.finds('remove-yes');
  await tour.visit('about to put somebody out', lan);
  await lan.press('remove-no');
  await lan.press('lock');
  await lan.finds(`${element('lock')}[aria-pressed="true"]`);
  await lan.press('end');
  await lan.finds('end-yes');
  await tour.visit('locked, about to end', lan);
  await lan.press('end-no');
  await mai.write(QUESTION);
  await mai.finds('chat-message');
  await tour.visit('chat of the patient', mai);
  await mai.opensPeople();
  await tour.visit('people, at the patient', mai);
  await mai.press('more');
  await mai.finds('turn-pause');
  await tour.visit('more, at the patient', mai);
  await mai.press('leave');
  await mai.finds('leave-yes');
  await tour.visit('about to leave', mai);
  await mai.press('leave-no');
  await mai.tab.evaluate(() => { window.__source.refusal = 'NotReadableError'; window.__source.end('audio'); });
  await mai.finds('notice');
  await tour.visit('the microphone is gone', mai);
  await closeAll(people);
}

/** @param {Tour} tour */
async function endings(tour) {
  const { people, links } = await room(tour, [LAN, MAI, TU]);
  const [lan, mai, tu] = /** @type {[Person, Person, Person]} */ (people);
  await lan.join();
  await mai.joinThrough(lan);
  await mai.leave();
  await tour.visit('left', mai);
  await mai.press('enter-again');
  await mai.backIn();
  await lan.doesTo('remove', mai);
  await mai.losesSight('leave');
  await tour.visit('put out', mai);
  await tu.join();
  await lan.decides('deny', tu);
  await tu.losesSight('waiting');
  await tour.visit('turned away', tu);
  await lan.doesTo('admit-again', tu);
  await tu.press('enter-again');
  await tu.backIn();
  const seat = links[2];
  if (seat) await tour.server.ask('DELETE', `/v1/rooms/${seat.room}/seats/${seat.seat}/link`);
  await tu.losesSight('leave');
  await tour.visit('the invitation taken back', tu);
  await lan.opensPeople();
  await lan.press('end');
  await lan.press('end-yes');
  await lan.losesSight('leave');
  await tour.visit('ended', lan);
  await closeAll(people);
}
