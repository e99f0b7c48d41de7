/** What `cargo test` wrote of random appointments (target/api/calendar.ndjson), read by ical.js, which did not write it. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import ICAL from 'ical.js';

const WRITTEN = new URL('../../target/api/calendar.ndjson', import.meta.url);

test('another reader finds in every calendar what was meant', () => {
  const lines = readFileSync(WRITTEN, 'utf8').split('\n').filter(Boolean);
  assert.equal(lines.length, 200);
  for (const line of lines) {
    const { calendar, said } = JSON.parse(line);
    const component = new ICAL.Component(ICAL.parse(calendar));
    const events = component.getAllSubcomponents('vevent');
    assert.equal(events.length, 1);
    const event = new ICAL.Event(events[0]);
    const attendee = events[0].getFirstProperty('attendee');
    assert.deepEqual({
      method: component.getFirstPropertyValue('method'),
      uid: event.uid,
      sequence: event.sequence,
      begins: event.startDate.toJSDate().getTime(),
      ends: event.endDate.toJSDate().getTime(),
      summary: event.summary,
      description: event.description,
      url: events[0].getFirstPropertyValue('url'),
      attendee: attendee.getParameter('cn'),
    }, said);
    assert.equal(event.startDate.zone.tzid, 'UTC');
  }
});
