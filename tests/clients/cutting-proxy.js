// A connection that breaks on demand: passes bytes to the service until it is told to cut.
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { graphqlUrl } from './environment.js';

export async function cuttingProxy(t) {
  const { hostname, port } = new URL(graphqlUrl);
  const pairs = new Set();
  const server = createServer((client) => {
    const service = connect(Number(port || 80), hostname);
    pairs.add([client, service]);
    for (const [from, to] of [[client, service], [service, client]]) {
      from.on('error', () => {}); // a connection that breaks is what this is for
      from.on('close', () => to.destroy());
      from.pipe(to);
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const cut = () => {
    for (const pair of pairs) pair.forEach((socket) => socket.destroy());
    pairs.clear();
  };
  t.after(() => {
    cut();
    server.close();
  });
  return { url: `http://127.0.0.1:${server.address().port}/graphql`, cut };
}
