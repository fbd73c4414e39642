// GraphQL over HTTP: every audit of graphql-http, of which those that only warn or give notice count as well.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { serverAudits } from 'graphql-http';
import { bearer, graphqlUrl } from './environment.js';

function signedIn(url, init) {
  const headers = new Headers(init?.headers);
  headers.set('authorization', bearer());
  return fetch(url, { ...init, headers });
}

const audits = serverAudits({ url: graphqlUrl, fetchFn: signedIn });

test('there are audits to run', () => assert.notEqual(audits.length, 0));

for (const audit of audits) {
  test(`${audit.id}: ${audit.name}`, async () => {
    const { status, reason } = await audit.fn();
    assert.equal(status, 'ok', `${audit.id} ${audit.name}: ${status}, ${reason}`);
  });
}
