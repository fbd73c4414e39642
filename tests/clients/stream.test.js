// GraphQL over Server-Sent Events, distinct connections mode: with the client graphql-sse, with EventSource as browsers
// have it, and as it comes over the wire. The protocol is the PROTOCOL.md that comes with the npm package graphql-sse.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { EventSource } from 'eventsource';
import { createClient } from 'graphql-sse';
import { cuttingProxy } from './cutting-proxy.js';
import { bearer, graphqlUrl } from './environment.js';
import { address, get, post, read } from './event-stream.js';
import { EVENTS, Inbox, bookConsultation } from './world.js';

const QUERY = '{ viewer { roles { role } } }';
// Without the field `cursor`: the cursor is in the event's id all the same.
const BARE = `subscription Events($consultation: ID!, $after: EventCursor) {
  caseEvents(after: $after, filter: { consultation: $consultation }) { id kind }
}`;

let consultation;
before(async () => { consultation = await bookConsultation(); });
after(() => consultation?.cancel());

/** The subscription to the test's own consultation. */
function events(query = BARE, more = {}) {
  return { query, variables: { consultation: consultation.id, ...more } };
}

function connect(t) {
  const client = createClient({
    url: graphqlUrl,
    headers: { authorization: bearer() },
    singleConnection: false,
    retryAttempts: 0,
  });
  t.after(() => client.dispose());
  return client;
}

async function results(client, operation) {
  const found = [];
  for await (const result of client.iterate(operation)) found.push(result);
  return found;
}

function listen(client, operation) {
  const inbox = new Inbox();
  client.subscribe(operation, {
    next: ({ data, errors }) => (errors ? inbox.end(errors) : inbox.put(data.caseEvents)),
    error: (error) => inbox.end(error),
    complete: () => inbox.end('complete'),
  });
  return inbox;
}

const caseEvent = (event) => JSON.parse(event.data).data.caseEvents;
const ids = (received) => received.map((event) => event.id);

test('the client: a query is answered once', async (t) => {
  const answers = await results(connect(t), { query: QUERY });
  assert.equal(answers.length, 1);
  assert.ok(answers[0].data.viewer.roles.some(({ role }) => role === 'SENCO'));
});

test('the client: a document that is not valid is answered with errors', async (t) => {
  const [answer, ...more] = await results(connect(t), { query: '{ noSuchField }' });
  assert.match(answer.errors[0].message, /noSuchField/);
  assert.equal(answer.data, undefined);
  assert.deepEqual(more, []);
});

test('the client: a subscriber hears of a mutation by HTTP', async (t) => {
  const inbox = listen(connect(t), events(EVENTS));
  const event = await consultation.touchUntilHeard(inbox, 'an event');
  assert.equal(event.kind, 'CONSULTATION_ATTENDEES_CHANGED');
  assert.ok((await consultation.eventIds()).includes(event.id));
});

test('the client: several subscriptions resume behind a cursor', async (t) => {
  const client = connect(t);
  const first = await consultation.touchUntilHeard(listen(client, events(EVENTS)), 'an event');
  await consultation.touchTimes(2);
  const expected = await consultation.eventIdsBehind(first.id);
  const inboxes = [1, 2, 3].map(() => listen(client, events(EVENTS, { after: first.cursor })));
  for (const inbox of inboxes) assert.deepEqual(ids(await inbox.takeMany(expected.length, 'event')), expected);
});

for (const [how, open] of [['POST', post], ['GET', get]]) {
  test(`${how}: a query is the event next, then the event complete with empty data, then the end`, async (t) => {
    const inbox = read(await open(t, { query: QUERY }));
    const next = await inbox.take('next');
    assert.equal(next.event, 'next');
    assert.ok(JSON.parse(next.data).data.viewer);
    const complete = await inbox.take('complete');
    assert.deepEqual({ event: complete.event, data: complete.data }, { event: 'complete', data: '' });
    assert.equal(await inbox.ended('the end of the stream'), 'the stream ended');
  });

  test(`${how}: errors of validation come in the event next of an accepted stream`, async (t) => {
    const inbox = read(await open(t, { query: 'subscription { noSuchField }' }));
    const next = await inbox.take('next');
    assert.equal(next.event, 'next');
    const { errors, ...rest } = JSON.parse(next.data);
    assert.match(errors[0].message, /noSuchField/);
    assert.equal(rest.data, undefined);
    assert.equal((await inbox.take('complete')).event, 'complete');
  });

  test(`${how}: errors of syntax come in the same way`, async (t) => {
    const inbox = read(await open(t, { query: '{' }));
    assert.ok(JSON.parse((await inbox.take('next')).data).errors.length > 0);
    assert.equal((await inbox.take('complete')).event, 'complete');
  });

  test(`${how}: without a good token there is no stream, but 401`, async (t) => {
    const { response } = await open(t, { query: QUERY }, { authorization: `${bearer()}x` });
    assert.equal(response.status, 401);
  });

  test(`${how}: Last-Event-ID resumes behind that event: nothing lost, nothing twice`, async (t) => {
    const broken = await open(t, events());
    const last = await consultation.touchUntilHeard(read(broken), 'an event');
    assert.equal(last.event, 'next');
    assert.ok(last.id, 'the event carries its cursor as id');
    broken.close();

    await consultation.touchTimes(3);
    const resumed = read(await open(t, events(), { 'last-event-id': last.id }));
    const missed = await consultation.eventIdsBehind(caseEvent(last).id);
    const received = await resumed.takeMany(missed.length, 'missed event');
    assert.deepEqual(received.map((event) => caseEvent(event).id), missed);
    // The next one to come is new: none of those before came twice.
    const fresh = await consultation.touch();
    assert.equal(caseEvent(await resumed.take('a new event')).id, fresh);
    assert.equal(new Set(ids(received)).size, missed.length, 'every event has an id of its own');
  });
}

test('the id of an event is an EventCursor: it resumes as the argument after, too', async (t) => {
  const last = await consultation.touchUntilHeard(read(await post(t, events())), 'an event');
  await consultation.touchTimes(2);
  const missed = await consultation.eventIdsBehind(caseEvent(last).id);
  const resumed = read(await post(t, events(BARE, { after: last.id })));
  const received = await resumed.takeMany(missed.length, 'missed event');
  assert.deepEqual(received.map((event) => caseEvent(event).id), missed);
});

test('Last-Event-ID wins over an older argument after', async (t) => {
  // A client that connects again sends the operation as it was at first, with the header that is newer.
  const inbox = read(await post(t, events()));
  const first = await consultation.touchUntilHeard(inbox, 'an event');
  await consultation.touchTimes(2);
  const second = await inbox.take('another event');
  const missed = await consultation.eventIdsBehind(caseEvent(second).id);
  const again = events(BARE, { after: first.id });
  const resumed = read(await post(t, again, { 'last-event-id': second.id }));
  assert.equal(caseEvent(await resumed.take('the missed event')).id, missed[0]);
});

test('a Last-Event-ID that the service did not give out ends the stream with CURSOR_EXPIRED', async (t) => {
  const inbox = read(await post(t, events(), { 'last-event-id': 'AAAA' }));
  const { errors } = JSON.parse((await inbox.take('next')).data);
  assert.equal(errors[0].extensions.code, 'CURSOR_EXPIRED');
  assert.equal((await inbox.take('complete')).event, 'complete');
});

test('EventSource connects again by itself after the connection broke: nothing lost, nothing twice', async (t) => {
  const proxy = await cuttingProxy(t);
  const source = new EventSource(address(events(), proxy.url), {
    fetch: (url, init) => fetch(url, { ...init, headers: { ...init.headers, authorization: bearer() } }),
  });
  t.after(() => source.close());
  const inbox = new Inbox();
  source.addEventListener('next', (event) => inbox.put(event));
  const heard = [caseEvent(await consultation.touchUntilHeard(inbox, 'an event')).id];

  proxy.cut();
  await consultation.touchTimes(3);
  const expected = await consultation.eventIdsBehind(heard[0]);
  while (heard.length <= expected.length) {
    heard.push(caseEvent(await inbox.take('a missed event', 15_000)).id);
  }
  assert.deepEqual(heard.slice(1), expected);
  const fresh = await consultation.touch();
  assert.equal(caseEvent(await inbox.take('a new event')).id, fresh);
});
