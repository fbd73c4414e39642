// The rules of graphql-transport-ws and the service's own limits, each met by a client that breaks them. The protocol is
// the PROTOCOL.md that comes with the npm package graphql-ws.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { bearer, origin } from './environment.js';
import { RawSocket, SUBPROTOCOL, handshake } from './raw-socket.js';
import { EVENTS, bookConsultation } from './world.js';

const MAX_MESSAGE_BYTES = 64 * 1024;
const MAX_OPERATIONS = 20;
const QUERY = '{ viewer { roles { role } } }';

let consultation;
before(async () => { consultation = await bookConsultation(); });
after(() => consultation?.cancel());

const subscribe = (socket, id) => socket.subscribe(id, EVENTS, { consultation: consultation.id });

/** A ping whose JSON is exactly so many bytes long. */
function pingOfLength(bytes) {
  const ping = (filling) => JSON.stringify({ type: 'ping', payload: { filling } });
  return ping('x'.repeat(bytes - ping('').length));
}

test('no connection_init within 5 s: 4408', async (t) => {
  const socket = await RawSocket.open(t);
  const opened = Date.now();
  assert.equal(await socket.closed(15_000), 4408);
  const waited = Date.now() - opened;
  assert.ok(waited > 4_000 && waited < 7_000, `closed after ${waited} ms`);
});

test('an operation before connection_ack: 4401', async (t) => {
  const socket = await RawSocket.open(t);
  socket.subscribe('1', QUERY);
  assert.equal(await socket.closed(), 4401);
});

test('a second connection_init: 4429', async (t) => {
  const socket = await RawSocket.acknowledged(t);
  socket.send({ type: 'connection_init', payload: { Authorization: bearer() } });
  assert.equal(await socket.closed(), 4429);
});

test('a second connection_init right behind the first: 4429', async (t) => {
  const socket = await RawSocket.open(t);
  const init = { type: 'connection_init', payload: { Authorization: bearer() } };
  socket.send(init);
  socket.send(init);
  assert.equal(await socket.closed(), 4429);
});

test('an id that is in use: 4409', async (t) => {
  const socket = await RawSocket.acknowledged(t);
  subscribe(socket, 'same');
  subscribe(socket, 'same');
  assert.equal(await socket.closed(), 4409);
});

const INVALID = {
  'text that is not JSON': '{"type": "ping"',
  'JSON that is not an object': '[]',
  'a message without a type': {},
  'a message of an unknown type': { type: 'start', id: '1', payload: { query: QUERY } },
  'a message that only the service sends': { type: 'next', id: '1', payload: { data: null } },
  'subscribe without an id': { type: 'subscribe', payload: { query: QUERY } },
  'subscribe with an empty id': { type: 'subscribe', id: '', payload: { query: QUERY } },
  'subscribe without a payload': { type: 'subscribe', id: '1' },
  'subscribe without a query': { type: 'subscribe', id: '1', payload: {} },
  'complete without an id': { type: 'complete' },
  'a payload that is not an object': { type: 'ping', payload: 'text' },
  'a binary frame': Buffer.from(JSON.stringify({ type: 'ping' })),
};

for (const [what, message] of Object.entries(INVALID)) {
  test(`${what}: 4400`, async (t) => {
    const socket = await RawSocket.acknowledged(t);
    socket.send(message);
    assert.equal(await socket.closed(), 4400);
  });
}

const BAD_CREDENTIALS = {
  'a token that is not good': { Authorization: `${bearer()}x` },
  'another scheme': { Authorization: 'Basic c2VuY286' },
  'an empty payload': {},
  'no payload': undefined,
};

for (const [what, payload] of Object.entries(BAD_CREDENTIALS)) {
  test(`connection_init with ${what}: 4403`, async (t) => {
    const socket = await RawSocket.open(t);
    socket.send({ type: 'connection_init', payload });
    assert.equal(await socket.closed(), 4403);
  });
}

// The protocol names its subprotocol and leaves open how another one is turned away: the package's own server closes with
// 4406, RFC 6455 lets a server refuse the handshake.
for (const [what, subprotocols] of [['no', []], ['a wrong', ['graphql-ws']]]) {
  test(`${what} subprotocol: the handshake is refused, or the socket closed with 4406`, async (t) => {
    const outcome = await handshake(t, subprotocols);
    assert.ok(outcome.status === 400 || outcome.code === 4406, JSON.stringify(outcome));
  });
}

test('a page of a foreign origin: the handshake is refused with 403', async (t) => {
  assert.deepEqual(await handshake(t, SUBPROTOCOL, { origin: 'https://elsewhere.example' }), { status: 403 });
});

test('a page of the service itself may connect', async (t) => {
  assert.deepEqual(await handshake(t, SUBPROTOCOL, { origin }), { open: true });
});

test('a message of 64 KiB is read, a longer one closes: 1009', async (t) => {
  const socket = await RawSocket.acknowledged(t);
  socket.send(pingOfLength(MAX_MESSAGE_BYTES));
  await socket.take('pong');
  socket.send(pingOfLength(MAX_MESSAGE_BYTES + 1));
  assert.equal(await socket.closed(), 1009);
});

test('a message of 64 KiB and more in several frames: 1009', async (t) => {
  const socket = await RawSocket.acknowledged(t);
  const half = MAX_MESSAGE_BYTES / 2 + 1;
  const text = pingOfLength(2 * half);
  socket.socket.send(text.slice(0, half), { fin: false });
  socket.socket.send(text.slice(half), { fin: true });
  assert.equal(await socket.closed(), 1009);
});

test('one operation too many is refused, and those that run go on', async (t) => {
  const socket = await RawSocket.acknowledged(t);
  const running = Array.from({ length: MAX_OPERATIONS }, (_, index) => `operation ${index}`);
  for (const id of [...running, 'too many']) subscribe(socket, id);
  const refused = await socket.take('error');
  assert.equal(refused.id, 'too many');
  assert.equal(refused.payload[0].extensions.code, 'TOO_MANY_SUBSCRIPTIONS');
  await everyOneHears(socket, running);

  // One that ends makes room.
  socket.send({ type: 'complete', id: running[0] });
  subscribe(socket, 'in its place');
  await everyOneHears(socket, ['in its place']);
});

/** Makes events until each of the operations has heard one. */
async function everyOneHears(socket, ids) {
  const deaf = new Set(ids);
  for (let tries = 0; deaf.size > 0 && tries < 20; tries += 1) {
    await consultation.touch();
    // What came up to this answer, came before it.
    const answered = `question ${tries}`;
    socket.send({ type: 'ping', payload: { answered } });
    for (let message; message?.payload?.answered !== answered;) {
      message = await socket.takeAny();
      assert.notEqual(message.type, 'error', JSON.stringify(message));
      if (message.type === 'next') deaf.delete(message.id);
    }
  }
  assert.deepEqual([...deaf], [], 'these operations heard nothing');
}

test('a ping is answered with its payload, also before connection_init', async (t) => {
  const socket = await RawSocket.open(t);
  const payload = { sent: 'by the test', at: 1 };
  socket.send({ type: 'ping', payload });
  assert.deepEqual(await socket.take('pong'), { type: 'pong', payload });
  socket.send({ type: 'ping' });
  assert.deepEqual(await socket.take('pong'), { type: 'pong' });
});

test('a pong that nobody asked for is taken', async (t) => {
  const socket = await RawSocket.acknowledged(t);
  socket.send({ type: 'pong', payload: { still: 'here' } });
  socket.send({ type: 'ping' });
  await socket.take('pong');
});

test('a query gets next and complete, and its id is free again', async (t) => {
  const socket = await RawSocket.acknowledged(t);
  for (let times = 0; times < 2; times += 1) {
    socket.subscribe('again', QUERY);
    const next = await socket.take('next');
    assert.equal(next.id, 'again');
    assert.ok(next.payload.data.viewer);
    assert.deepEqual(await socket.take('complete'), { type: 'complete', id: 'again' });
  }
});

test('an error ends its operation without complete, and its id is free again', async (t) => {
  const socket = await RawSocket.acknowledged(t);
  socket.subscribe('again', '{ noSuchField }');
  assert.equal((await socket.take('error')).id, 'again');
  socket.subscribe('again', QUERY);
  assert.equal((await socket.take('next')).id, 'again');
});

test('complete by the client ends the operation and frees its id', async (t) => {
  const socket = await RawSocket.acknowledged(t);
  subscribe(socket, 'again');
  socket.send({ type: 'complete', id: 'again' });
  socket.subscribe('again', QUERY);
  assert.ok((await socket.take('next')).payload.data.viewer, 'the answer is that of the query');
  await socket.take('complete');
  // Were the subscription still there, the first of two events would come before this pong.
  await consultation.touch();
  await consultation.touch();
  socket.send({ type: 'ping' });
  await socket.take('pong');
});

test('complete of an id that is not in use is taken', async (t) => {
  const socket = await RawSocket.acknowledged(t);
  socket.send({ type: 'complete', id: 'never used' });
  socket.send({ type: 'ping' });
  await socket.take('pong');
});
