// A small typed client of the service: questions and mutations by HTTP, events over a socket. What is typed here follows
// from the documents in operations.graphql.
import { setTimeout as sleep } from 'node:timers/promises';
import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { print, type GraphQLFormattedError } from 'graphql';
import { createClient, type Client } from 'graphql-ws';
import { WebSocket } from 'ws';
import type { HappenedFragment } from './generated/operations.js';

/** The service did not answer the question: a fault of the document, of the token, or of the service. */
export class Failure extends Error {
  constructor(readonly errors: readonly GraphQLFormattedError[]) {
    super(errors.map((error) => error.message).join('; '));
  }

  /** `UNAUTHENTICATED`, `UNAVAILABLE`, `CURSOR_EXPIRED` and so on: decide by it, never by the message. */
  get code(): unknown {
    return this.errors[0]?.extensions?.['code'];
  }
}

export interface Settings {
  /** Where the service is, such as `https://casegraph.example`. */
  readonly url: string;
  /** The access token of whoever is signed in. Asked for each time, since tokens expire. */
  readonly token: () => string;
  /** Waits before a connection that broke is made anew. */
  readonly pause?: () => Promise<void>;
}

export class Casegraph {
  readonly #settings: Settings;
  readonly #sockets: Client;
  #socket: WebSocket | undefined;

  constructor(settings: Settings) {
    this.#settings = settings;
    this.#sockets = createClient({
      url: new URL('/graphql/ws', settings.url).href.replace(/^http/, 'ws'),
      webSocketImpl: WebSocket,
      connectionParams: () => ({ Authorization: `Bearer ${settings.token()}` }),
      // Left to itself, the library would subscribe again with the first cursor. `follow` does it with the latest.
      retryAttempts: 0,
      // Without pings, a connection that died silently would be taken for one on which nothing happens.
      keepAlive: 10_000,
      on: { opened: (socket) => { this.#socket = socket as WebSocket; } },
    });
  }

  /** Asks a question, or has something done. A rule that forbids it is no failure: look at `refusals`. */
  async ask<Result, Variables>(
    document: TypedDocumentNode<Result, Variables>,
    variables: Variables,
  ): Promise<Result> {
    const response = await fetch(new URL('/graphql', this.#settings.url), {
      method: 'POST',
      headers: {
        // The status then says whether the document was carried out; with application/json it is nearly always 200.
        accept: 'application/graphql-response+json',
        'content-type': 'application/json',
        authorization: `Bearer ${this.#settings.token()}`,
      },
      body: JSON.stringify({ query: print(document), variables }),
    });
    const answer = (await response.json()) as Answer<Result>;
    return dataOf(answer);
  }

  /**
   * Each event once, in order, for ever: behind `variables.after` if it is given, from now on otherwise. If the connection
   * breaks, it is made anew behind the event that was given out last.
   *
   * To survive a restart as well, store the `cursor` of an event in the transaction in which you act on it, and begin with
   * it the next time. `CURSOR_EXPIRED` then means that the events are not there any more: read the present state anew.
   */
  async *follow<Result, Variables extends { after?: string | null | undefined }>(
    document: TypedDocumentNode<Result, Variables>,
    variables: Variables,
    eventIn: (result: Result) => HappenedFragment,
  ): AsyncGenerator<HappenedFragment, undefined> {
    let { after } = variables;
    for (;;) {
      try {
        const payload = { query: print(document), variables: { ...variables, after } };
        for await (const answer of this.#sockets.iterate<Result>(payload)) {
          const event = eventIn(dataOf(answer as Answer<Result>));
          yield event;
          after = event.cursor;
        }
        return undefined;
      } catch (error) {
        if (!isBrokenConnection(error)) throw Array.isArray(error) ? new Failure(error) : error;
      }
      await (this.#settings.pause ?? pauseAtRandom)();
    }
  }

  /** Breaks the connection, as a network does: no goodbye. There for trying things out. */
  breakConnection(): void {
    this.#socket?.terminate();
  }

  /** Ends all that is followed. */
  async close(): Promise<void> {
    await this.#sockets.dispose();
  }
}

interface Answer<Result> {
  readonly data?: Result | null;
  readonly errors?: readonly GraphQLFormattedError[];
}

function dataOf<Result>({ data, errors }: Answer<Result>): Result {
  if (errors && errors.length > 0) throw new Failure(errors);
  if (!data) throw new Failure([{ message: 'the answer holds neither data nor errors' }]);
  return data;
}

/** Between one and three seconds, so that not everybody comes back at once after a restart of the service. */
async function pauseAtRandom(): Promise<void> {
  await sleep(1_000 + Math.random() * 2_000);
}

/** Close codes from 4000 on are the protocol's own, such as 4403 for a bad token: to try again would not help. */
function isBrokenConnection(error: unknown): boolean {
  if (typeof error !== 'object' || error === null || !('type' in error)) return false;
  const { type, code } = error as { type: unknown; code?: unknown };
  return type === 'error' || (type === 'close' && typeof code === 'number' && code < 4000);
}
