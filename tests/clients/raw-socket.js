// A socket without a client's good manners: sends what it is told, and keeps what comes.
import { once } from 'node:events';
import { WebSocket } from 'ws';
import { bearer, socketUrl } from './environment.js';
import { Inbox, within } from './world.js';

export const SUBPROTOCOL = 'graphql-transport-ws';

export class RawSocket {
  #messages = new Inbox();
  #closed;

  constructor(socket) {
    this.socket = socket;
    socket.on('message', (data) => this.#messages.put(JSON.parse(data)));
    this.#closed = new Promise((resolve) => {
      socket.on('close', (code, reason) => {
        resolve({ code, reason: reason.toString() });
        this.#messages.end(`closed with ${code} ${reason}`);
      });
    });
  }

  /** A socket that is open and has said nothing yet. */
  static async open(t, options) {
    const socket = new WebSocket(socketUrl, SUBPROTOCOL, options);
    t.after(() => socket.terminate());
    const raw = new RawSocket(socket);
    await within(5_000, 'the handshake', once(socket, 'open'));
    return raw;
  }

  /** A socket that is acknowledged. */
  static async acknowledged(t) {
    const raw = await RawSocket.open(t);
    raw.send({ type: 'connection_init', payload: { Authorization: bearer() } });
    await raw.take('connection_ack');
    return raw;
  }

  /** Text and bytes go as they are, anything else as JSON. */
  send(message) {
    const asItIs = typeof message === 'string' || Buffer.isBuffer(message);
    this.socket.send(asItIs ? message : JSON.stringify(message));
  }

  subscribe(id, query, variables) {
    this.send({ id, type: 'subscribe', payload: { query, variables } });
  }

  /** The next message, which must be of this type. */
  async take(type) {
    const message = await this.#messages.take(`a message ${type}`);
    if (message.type !== type) throw new Error(`${type} was to come, not ${JSON.stringify(message)}`);
    return message;
  }

  /** The next message, whatever it is. */
  takeAny() {
    return this.#messages.take('a message');
  }

  /** The close code, once the service has closed the socket. */
  async closed(milliseconds = 5_000) {
    return (await within(milliseconds, 'the close', this.#closed)).code;
  }
}

/** How a handshake ends: `{ status }` if it is refused, `{ code }` if the socket is closed at once, or `{ open: true }`. */
export function handshake(t, subprotocols, options) {
  const socket = new WebSocket(socketUrl, subprotocols, options);
  t.after(() => socket.terminate());
  const outcome = new Promise((resolve, reject) => {
    socket.on('unexpected-response', (_, response) => resolve({ status: response.statusCode }));
    socket.on('close', (code) => resolve({ code }));
    // Whoever takes the handshake but not the subprotocol closes right behind it.
    socket.on('open', () => setTimeout(resolve, 1_000, { open: true }));
    socket.on('error', reject);
  });
  return within(5_000, 'the handshake', outcome);
}
