// Where the service under test is, and by whose tokens it is asked. Run by itself, it checks before anything is built.
import { readFileSync } from 'node:fs';

const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  end(`these tests need Node 20.19 or newer; this is ${process.version}`);
}

function end(problem) {
  console.error(`tests/clients: ${problem}`);
  process.exit(1);
}

function fail(problem) {
  end(`${problem}
Start a demonstration (casegraph demo --dir DIR --listen 127.0.0.1:8123) and set
  CASEGRAPH_URL=http://127.0.0.1:8123   CASEGRAPH_TOKENS=DIR/tokens.json`);
}

function setting(name) {
  return process.env[name] || fail(`the variable ${name} is missing`);
}

function readBase(text) {
  if (!URL.canParse(text)) fail(`CASEGRAPH_URL is not a URL: ${text}`);
  return new URL(text);
}

function readTokens(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    return fail(`CASEGRAPH_TOKENS cannot be read: ${error.message}`);
  }
}

const base = readBase(setting('CASEGRAPH_URL'));
const tokens = readTokens(setting('CASEGRAPH_TOKENS'));

export const graphqlUrl = new URL('/graphql', base).href;
export const clockUrl = new URL('/dev/clock', base).href;
export const origin = base.origin;
export const socketUrl = new URL('/graphql/ws', base).href.replace(/^http/, 'ws');

/** The value of the header `Authorization` for one of the demonstration's people. */
export function bearer(who = 'senco') {
  return `Bearer ${tokens[who]?.token ?? fail(`there is no token for ${who}`)}`;
}
bearer();
