// A stream of server-sent events as it comes over the wire, read by the parser that the common clients use.
import assert from 'node:assert/strict';
import { EventSourceParserStream } from 'eventsource-parser/stream';
import { bearer, graphqlUrl } from './environment.js';
import { Inbox } from './world.js';

/** Opens a stream by POST, ended with the test. */
export function post(t, { query, variables }, headers = {}) {
  const body = JSON.stringify({ query, variables });
  return open(t, graphqlUrl, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body });
}

/** The address of an operation by GET. */
export function address({ query, variables = {} }, base = graphqlUrl) {
  const url = new URL(base);
  url.searchParams.set('query', query);
  url.searchParams.set('variables', JSON.stringify(variables));
  return url;
}

export function get(t, operation, headers = {}) {
  return open(t, address(operation), { headers });
}

async function open(t, url, { headers, ...init }) {
  const connection = new AbortController();
  t.after(() => connection.abort());
  const response = await fetch(url, {
    ...init,
    headers: { accept: 'text/event-stream', authorization: bearer(), ...headers },
    signal: connection.signal,
  });
  return { response, close: () => connection.abort() };
}

/** The events of a stream that was accepted; its inbox ends with the stream. */
export function read({ response }) {
  assert.equal(response.status, 200);
  assert.match(response.headers.get('content-type'), /^text\/event-stream\b/);
  const inbox = new Inbox();
  const events = response.body
    .pipeThrough(new TextDecoderStream())
    .pipeThrough(new EventSourceParserStream({ onError: 'terminate' }));
  pour(events, inbox).then(() => inbox.end('the stream ended'), (error) => inbox.end(error));
  return inbox;
}

async function pour(events, inbox) {
  for await (const event of events) inbox.put(event);
}
