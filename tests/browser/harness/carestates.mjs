/**
 * What is said, agreed to and written around a consultation: a delay, consent, notes, a hand-over, the summary and the
 * visit afterwards. What only a network or a colleague can do comes by an answer in the server's place.
 */
import { closeAll, LAN, MAI, SON } from './company.mjs';
import { element } from './person.mjs';

/** @typedef {import('./person.mjs').Person} Person */
/** @typedef {(name: string, person: Person) => Promise<void>} Visit */
/** @typedef {{people: Person[]}} Room of a practitioner, a patient and an interpreter */

const NOTES = 'Ho ba ngày, không sốt. Đau họng khi nuốt.\nPhổi trong, thở đều. Không dị ứng thuốc.';
const SUMMARY = 'Bác bị viêm họng, không nặng.\n\nUống nước ấm, súc miệng nước muối ngày ba lần, nghỉ ngơi.\n\nThứ Năm khám lại. Sốt cao hay khó thở thì tới trạm ngay.';

/** @param {{visit: Visit}} tour @param {Room} room */
export async function aroundTheConsultation({ visit }, { people }) {
  const [lan, mai, son] = /** @type {[Person, Person, Person]} */ (people);
  await delay({ lan, mai, visit });
  await lan.decides('admit', mai);
  await Promise.all([mai.connected(), son.join()]);
  await consent({ lan, mai, visit });
  await notes({ lan, visit });
  await handOver({ lan, visit });
  await afterwards({ lan, mai, visit });
  await closeAll(people);
}

/** @param {{lan: Person, mai: Person, visit: Visit}} who */
async function delay({ lan, mai, visit }) {
  await lan.join();
  await lan.finds('leave');
  await mai.join();
  await mai.waits();
  await lan.finds(lan.rowOf(mai));
  await lan.press('late');
  await lan.finds(element('late-10'));
  await visit('about to tell a delay', lan);
  await lan.press('late-10');
  await lan.finds('late-told');
  await visit('a delay was told', lan);
  await mai.finds('late');
  await mai.finds('consent-asked');
  await visit('waiting, told of a delay and asked to consent', mai);
}

/** @param {{lan: Person, mai: Person, visit: Visit}} who */
async function consent({ lan, mai, visit }) {
  const standing = (/** @type {string} */ how) => mai.finds(`${element('consent-careByVideo')}[data-standing="${how}"]`);
  await mai.finds('consent-asked');
  await visit('asked to consent in the call', mai);
  await mai.press('consent-open');
  await mai.finds(element('tick-interpreterPresent'));
  await visit('the words of consent', mai);
  await mai.press('refuse');
  await mai.finds('refuse-yes');
  await visit('about to agree to nothing', mai);
  await mai.press('refuse-no');
  await mai.press('tick-careByVideo');
  await mai.press('agree');
  await mai.finds('agree-part-yes');
  await visit('about to agree to a part', mai);
  await mai.press('agree-part-no');
  await mai.press('tick-interpreterPresent');
  await mai.press('agree');
  await standing('given');
  await visit('consent is given', mai);
  await lan.opensPeople();
  await visit('the patient has consented', lan);
  await mai.press('withdraw-careByVideo');
  await mai.finds('withdraw-yes');
  await visit('about to take consent back', mai);
  await mai.press('withdraw-yes');
  await standing('withdrawn');
  await visit('consent is taken back', mai);
  await mai.press('close');
  await mai.finds('withheld');
  await visit('nothing flows without consent', mai);
  await lan.sees('that nothing flows', (line) => document.querySelector(line)?.getAttribute('data-withheld') === 'true', `${lan.lineOf(mai)} ${element('agreed')}`);
  await visit('the patient has taken consent back', lan);
  await lan.tab.click(`${lan.lineOf(mai)} ${element('consent')}`);
  await lan.press('consent-read');
  await lan.finds(element('tick-careByVideo'));
  await visit('writing down what was agreed to aloud', lan);
  await lan.press('close');
  await mai.press('consent-open');
  await mai.press('consent-read');
  await mai.press('tick-careByVideo');
  await mai.press('tick-interpreterPresent');
  await mai.press('agree');
  await standing('given');
  await mai.press('close');
}

/** Waits until what is written is what is saved. @param {Person} lan @param {string} paper @param {string} text */
function saved(lan, paper, text) {
  return lan.sees('it saved', ([all, field, written]) => {
    const typed = /** @type {HTMLTextAreaElement | null} */ (document.querySelector(field));
    return document.querySelector(`${all}[data-saved="true"]`) !== null && typed?.value === written;
  }, [element(paper), element(`${paper}-text`), text]);
}

/** @param {{lan: Person, visit: Visit}} who */
async function notes({ lan, visit }) {
  const field = element('notes-text');
  await lan.press('tab-notes');
  await lan.finds('notes-text');
  await visit('notes, nothing written yet', lan);
  await lan.tab.type(field, NOTES);
  await saved(lan, 'notes', NOTES);
  await visit('notes beside the picture', lan);
  await lan.press('sign-notes');
  await lan.finds('sign-notes-yes');
  await visit('about to sign the notes', lan);
  await lan.press('sign-notes-yes');
  await lan.finds('notes-signed');
  const more = `${NOTES}\nĐã dặn mẹ cháu.`;
  await lan.tab.type(field, more);
  await saved(lan, 'notes', more);
  await visit('notes, written after the signature', lan);
  // Nothing gets through any more.
  await lan.tab.evaluate(() => {
    window.__measure.keepBack(['hello', 'writePaper']);
    window.__measure.cutSockets();
  });
  await lan.tab.type(field, `${more} Hẹn thứ Năm.`);
  await lan.finds(`${element('notes')}[data-saved="false"][data-online="false"]`);
  await visit('notes that cannot be saved', lan);
  await lan.tab.evaluate(() => { window.__measure.keepBack([]); });
  await saved(lan, 'notes', `${more} Hẹn thứ Năm.`);
  // A colleague was faster.
  await lan.tab.evaluate(() => { window.__measure.keepBack(['writePaper']); });
  await lan.tab.type(field, `${more} Hẹn sáng thứ Năm.`);
  await lan.tab.evaluate((text) => window.__measure.tell({ type: 'paper', paper: 'notes', version: 99, at: Date.now(), by: 99, text }), NOTES);
  await lan.finds('theirs');
  await visit('notes, a colleague has saved others', lan);
  await lan.press('take-theirs');
  await lan.losesSight('theirs');
  await lan.tab.evaluate(() => { window.__measure.keepBack([]); });
  await lan.press('tab-summary');
  await lan.finds('summary-text');
  await visit('summary, nothing written yet', lan);
}

/** @param {{lan: Person, visit: Visit}} who */
async function handOver({ lan, visit }) {
  const colleagues = ['BS. Trần Quang Minh', 'YS. Lò Văn Pín'].map((name, index) => ({ account: `a${index + 2}`, name, role: 'practitioner', standing: 'active', hasSecondFactor: false, created: 0 }));
  const seats = [LAN, MAI, SON].map(({ name, role }, index) => ({ seat: index + 1, name, role, account: index === 0 ? 'a1' : undefined }));
  const answers = (/** @type {{status: number, body: unknown}} */ transfer) => ({
    '/v1/session': { status: 200, body: { csrf: 'c' } },
    '/v1/day': { status: 200, body: { appointments: [{ appointment: 'a0', phase: 'inProgress', people: seats }] } },
    '/v1/staff': { status: 200, body: { staff: colleagues } },
    '/v1/appointments/a0/transfer': transfer,
  });
  const answer = (/** @type {ReturnType<typeof answers>} */ wanted) => lan.tab.evaluate((given) => { window.__measure.answerRequests(given); }, wanted);
  await lan.press('tab-people');
  await lan.press('hand-over');
  await lan.finds('hand-over-sign-in');
  await visit('handing over, nobody is signed in', lan);
  await lan.press('hand-over-no');
  await answer(answers({ status: 409, body: { code: 'wrong_state', message: 'as the test asked' } }));
  await lan.press('hand-over');
  await lan.finds('hand-over-to');
  await lan.tab.evaluate((css) => {
    const select = /** @type {HTMLSelectElement} */ (document.querySelector(css));
    select.value = 'a2';
    select.dispatchEvent(new Event('change', { bubbles: true }));
  }, element('hand-over-to'));
  await visit('handing over, to whom', lan);
  await lan.press('hand-over-yes');
  await lan.sees('that it was not done', (css) => document.querySelector(css)?.textContent?.trim() !== '', element('hand-over-state'));
  await visit('handing over was refused', lan);
  await answer(answers({ status: 200, body: {} }));
  await lan.press('hand-over-yes');
  await lan.finds('handed');
  await visit('handed over', lan);
}

/** The seat was never really given away. @param {{lan: Person, mai: Person, visit: Visit}} who */
async function afterwards({ lan, mai, visit }) {
  await lan.tab.reload();
  await lan.join();
  await lan.opensPeople();
  await lan.press('end');
  await lan.press('end-yes');
  await lan.finds('after');
  await visit('after the end, at the practitioner', lan);
  await mai.finds('see-visit');
  await visit('after the end, at the patient', mai);
  await mai.press('see-visit');
  await mai.finds('summary');
  await visit('the visit afterwards, nothing signed yet', mai);
  const after = element('after');
  await lan.tab.type(`${after} ${element('summary-text')}`, SUMMARY);
  await saved(lan, 'summary', SUMMARY);
  await lan.press('sign-summary');
  await lan.finds('sign-summary-yes');
  await visit('about to sign the summary', lan);
  await lan.press('sign-summary-yes');
  await lan.finds('summary-signed');
  await visit('the summary is signed', lan);
  await mai.tab.reload();
  await mai.sees('the summary', ([css, words]) => document.querySelector(css)?.textContent?.includes(words), [element('summary'), 'Thứ Năm khám lại']);
  await visit('the visit afterwards', mai);
}
