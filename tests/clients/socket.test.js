// GraphQL over WebSocket with the client that most people use, graphql-ws.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import { bearer, socketUrl } from './environment.js';
import { EVENTS, Inbox, bookConsultation, within } from './world.js';

let consultation;
before(async () => { consultation = await bookConsultation(); });
after(() => consultation?.cancel());

/** A client that does not connect again by itself: the tests say from where to resume. */
function connect(t) {
  let socket;
  const client = createClient({
    url: socketUrl,
    webSocketImpl: WebSocket,
    connectionParams: { Authorization: bearer() },
    retryAttempts: 0,
    on: { opened: (opened) => { socket = opened; } },
  });
  t.after(() => client.dispose());
  return { client, cut: () => socket.terminate() };
}

/** Puts every event of the consultation into an inbox. */
function listen(client, variables = {}) {
  const inbox = new Inbox();
  client.subscribe({ query: EVENTS, variables: { consultation: consultation.id, ...variables } }, {
    next: ({ data, errors }) => (errors ? inbox.end(errors) : inbox.put(data.caseEvents)),
    error: (error) => inbox.end(error),
    complete: () => inbox.end('complete'),
  });
  return inbox;
}

async function results(client, payload) {
  const found = [];
  for await (const result of client.iterate(payload)) found.push(result);
  return found;
}

/** The errors of a message `error`, which the client throws; a result, even one with errors, is none. */
async function refusal(client, payload) {
  const outcome = await within(5_000, 'the refusal', results(client, payload).then(
    (answers) => ({ answers }),
    (errors) => ({ errors }),
  ));
  assert.ok(Array.isArray(outcome.errors), `a message "error", not ${JSON.stringify(outcome)}`);
  return outcome.errors;
}

const ids = (events) => events.map((event) => event.id);

test('a query is answered once', async (t) => {
  const { client } = connect(t);
  const answers = await results(client, { query: '{ viewer { roles { role } } }' });
  assert.equal(answers.length, 1);
  assert.equal(answers[0].errors, undefined);
  assert.ok(answers[0].data.viewer.roles.some(({ role }) => role === 'SENCO'));
});

test('a document that is not valid is refused', async (t) => {
  const [error] = await refusal(connect(t).client, { query: '{ noSuchField }' });
  assert.match(error.message, /noSuchField/);
});

test('a subscriber hears of a mutation by HTTP', async (t) => {
  const { client } = connect(t);
  const event = await consultation.touchUntilHeard(listen(client), 'an event');
  assert.equal(event.kind, 'CONSULTATION_ATTENDEES_CHANGED');
  assert.ok((await consultation.eventIds()).includes(event.id));
});

test('several subscriptions on one socket hear of the same events', async (t) => {
  const { client } = connect(t);
  const first = await consultation.touchUntilHeard(listen(client), 'an event');
  const inboxes = Array.from({ length: 5 }, () => listen(client, { after: first.cursor }));
  await consultation.touchTimes(2);
  const expected = await consultation.eventIdsBehind(first.id);
  for (const inbox of inboxes) {
    assert.deepEqual(ids(await inbox.takeMany(expected.length, 'event')), expected);
  }
});

test('a subscriber whose connection broke resumes behind its cursor: nothing lost, nothing twice', async (t) => {
  const broken = connect(t);
  const inbox = listen(broken.client);
  const last = await consultation.touchUntilHeard(inbox, 'an event');
  broken.cut();
  assert.equal((await inbox.ended('the end of the connection')).code, 1006);

  await consultation.touchTimes(3);
  const resumed = listen(connect(t).client, { after: last.cursor });
  const missed = await consultation.eventIdsBehind(last.id);
  assert.deepEqual(ids(await resumed.takeMany(missed.length, 'missed event')), missed);
  // The next one to come is new: none of those before came twice.
  const fresh = await consultation.touch();
  assert.equal((await resumed.take('a new event')).id, fresh);
});

test('a cursor that the service did not give out ends the subscription', async (t) => {
  const variables = { consultation: consultation.id, after: 'AAAA' };
  // The protocol allows both: the message `error`, or a result with errors, after which nothing comes.
  const answers = results(connect(t).client, { query: EVENTS, variables });
  const errors = await within(5_000, 'the end', answers.then((all) => all.flatMap((one) => one.errors), (thrown) => thrown));
  assert.deepEqual(errors.map((error) => error.extensions.code), ['CURSOR_EXPIRED']);
});

test('a mutation over the socket is refused as an error and changes nothing', async (t) => {
  const version = await consultation.version();
  const query = 'mutation ($input: ChangeAttendeesInput!) { changeAttendees(input: $input) { replayed } }';
  const refused = refusal(connect(t).client, { query, variables: { input: consultation.change() } });
  const [outcome] = await Promise.allSettled([refused]);
  assert.equal(await consultation.version(), version, 'nothing changed');
  assert.equal(outcome.status, 'fulfilled', outcome.reason);
  assert.equal(outcome.value[0].extensions.code, 'BAD_USER_INPUT');
});
