/** Rooms full of people: opens everybody's page in one of the given browsers and brings them in. */
import assert from 'node:assert/strict';
import { castFor } from './cast.mjs';
import { Person } from './person.mjs';

export const LAN = { name: 'Bác sĩ Lan', role: 'practitioner' };
export const MAI = { name: 'Bác Mai', role: 'patient' };
export const SON = { name: 'Anh Sơn', role: 'interpreter', languages: /** @type {[string, string]} */ (['vi', 'ko']) };
export const TU = { name: 'Cô Tú', role: 'companion' };

/** @typedef {[import('./server.mjs').Invited, import('./browsers.mjs').Browser, Parameters<typeof Person.open>[4]?][]} SeatingOf who sits at which browser */

/**
 * A room of its own for these people, each with the page open and nobody in it yet.
 * @param {import('./server.mjs').Server} server @param {SeatingOf} seating
 */
export async function openRoom(server, seating) {
  const links = await server.makeRoom(seating.map(([who]) => who));
  const cast = castFor(links.map((link) => link.name));
  const people = await Promise.all(seating.map(([, browser, how], index) => {
    const me = cast[index];
    const link = links[index];
    assert(me && link);
    return Person.open(browser, me, cast, link.url, how);
  }));
  return { people, links, cast };
}

/** Everybody in, those who have to wait let in by the first. @param {Person[]} people @param {import('./server.mjs').Link[]} links */
export async function bringIn(people, links) {
  const [practitioner, ...others] = people;
  assert(practitioner);
  await practitioner.join();
  await Promise.all(others.map((person) => (links[person.seat - 1]?.role === 'interpreter' ? person.join() : person.joinThrough(practitioner))));
}

/** Everybody hears exactly the others, for `heldMs` without a break. @param {Person[]} people */
export async function assertAllHear(people, heldMs = 1500) {
  const names = people.map((person) => person.name);
  const heard = await Promise.all(people.map(async (person) => ({ person, result: await person.hearsExactly(names.filter((name) => name !== person.name), heldMs) })));
  for (const { person, result } of heard) {
    assert.ok(result.ok, result.ok ? '' : `${person.name}: ${JSON.stringify(result)}; the page says: ${await person.words()}; ${await accounts(people)}`);
  }
}

/** What each page itself knows of its media and was last told, for failure messages. @param {Person[]} people */
async function accounts(people) {
  const lines = await Promise.all(people.map(async (person) => {
    const account = await person.tab.evaluate(() => ({
      connection: window.nhipcau?.peer?.connectionState,
      sends: window.nhipcau?.peer?.getSenders().map(({ track }) => track?.readyState ?? 'nothing'),
      slots: window.__measure.slots().map(({ slot, name, state, audible, picture, audio }) => ({ slot, name, state, audible, muted: picture?.muted, paused: picture?.paused, track: audio.muted })),
      efforts: window.__measure.efforts(),
      told: window.__measure.told.slice(-4),
    }));
    return `${person.name}: ${JSON.stringify({ ...account, rtp: await person.sent(), packets: await person.packets(), console: person.tab.complaints() })}`;
  }));
  return lines.join('\n');
}

/** @param {(Person | undefined)[]} people */
export const closeAll = (people) => Promise.all(people.map((person) => person?.tab.close()));
