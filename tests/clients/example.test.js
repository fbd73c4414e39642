// The example that integrators copy from: compiled before, run here as anybody would run it.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { serviceNow } from './world.js';

const EXAMPLE = fileURLToPath(new URL('./example/build/main.js', import.meta.url));

let told;
before(async () => {
  const env = { ...process.env, CASEGRAPH_NOW: (await serviceNow()).toISOString() };
  // It has to end by itself: whoever closes the client leaves nothing open.
  const { stdout } = await promisify(execFile)(process.execPath, [EXAMPLE], { env, timeout: 60_000 });
  told = JSON.parse(stdout);
});

const CANCELLED = { kind: 'CONSULTATION_CANCELLED', cancellationReason: 'CANCELLED_BY_SCHOOL' };
const BOOKED = { kind: 'CONSULTATION_BOOKED', cancellationReason: null };
const bookedAndCancelled = (reference) => [{ ...BOOKED, reference }, { ...CANCELLED, reference }];
const withoutIds = (events) => events.map(({ id, ...rest }) => rest);

test('it signs in', () => assert.ok(told.signedInAs));

test('an incomplete booking is refused with every reason and changes nothing', () => {
  assert.equal(told.incompleteBooking, null);
  const reasons = told.refusals.map(({ rule, path }) => `${rule} ${path}`);
  for (const reason of ['OC-6 parentViews', 'OC-6 pupilViews', 'OC-7 parentsConsent', 'OC-8 staffTraining', 'OC-8 attendees']) {
    assert.ok(reasons.includes(reason), `${reason} is among ${reasons}`);
  }
  assert.ok(told.refusals.every(({ message, remedy }) => message && remedy));
});

test('a dry run changes nothing', () => {
  assert.deepEqual(told.dryRun, { refusals: [], consultation: null });
});

test('the same request again is the same booking', () => {
  assert.deepEqual(told.replay, { reference: told.bookings[0], replayed: true });
});

test('booking and cancellation are heard', () => {
  assert.deepEqual(withoutIds(told.heard), bookedAndCancelled(told.bookings[0]));
});

test('what happened while the connection was broken is heard afterwards, and nothing else', () => {
  assert.deepEqual(withoutIds(told.missed), bookedAndCancelled(told.bookings[1]));
  assert.deepEqual(withoutIds(told.fresh), bookedAndCancelled(told.bookings[2]));
});

test('the other subscription of the same socket misses nothing either', () => {
  const expected = told.bookings.map((reference) => ({ ...CANCELLED, reference }));
  assert.deepEqual(withoutIds(told.cancellations), expected);
});

test('what was heard is the history: nothing lost, nothing twice', () => {
  const heard = [...told.heard, ...told.missed, ...told.fresh].map(({ id }) => id);
  assert.deepEqual(heard, told.history);
});
