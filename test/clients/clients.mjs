// Runs the clients of the npm packages graphql-ws and graphql-sse against the
// endpoint whose URL is the first argument, and prints what each check found as a
// JSON array.
import { createClient as createEvents } from 'graphql-sse';
import { createClient as createSocket } from 'graphql-ws';
import WebSocket from 'ws';

const url = process.argv[2];
const results = [];

async function check(name, run) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error('nothing happened for 20 s')), 20_000);
  });
  try {
    results.push({ name, got: await Promise.race([run(), late]) });
  } catch (error) {
    results.push({ name, got: `failed: ${describe(error)}` });
  } finally {
    clearTimeout(timer);
  }
}

// describe names what a client calls an error: GraphQL errors, a close event, or
// an exception.
function describe(error) {
  if (Array.isArray(error)) return error.map((each) => each.extensions.code).join();
  if (error && error.code && error.reason !== undefined) return `${error.code} ${error.reason}`;
  return String(error);
}

const socket = (options = {}) =>
  createSocket({ url: url.replace('http', 'ws'), webSocketImpl: WebSocket, retryAttempts: 0, ...options });
const events = (options = {}) => createEvents({ url, retryAttempts: 0, ...options });

// follow collects what a subscription gives until it ends; each may act on a result.
function follow(client, query, each = () => {}) {
  return new Promise((resolve, reject) => {
    const got = [];
    const stop = client.subscribe({ query }, {
      next: (result) => {
        got.push(result.errors ? `errors ${describe(result.errors)}` : Object.values(result.data)[0]);
        each(got, () => stop());
      },
      error: reject,
      complete: () => resolve(got.join(' ')),
    });
  });
}

const running = async (client) => {
  for (;;) {
    const left = await follow(client, '{ running }');
    if (left === '0') return 'none is left';
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
};

for (const [name, client] of [['socket', socket], ['events', events]]) {
  await check(`${name}: query`, () => follow(client(), '{ who }'));
  await check(`${name}: mutation`, () => follow(client(), 'mutation { add }'));
  await check(`${name}: the server completes`, () => follow(client(), 'subscription { count(to: 4) }'));
  await check(`${name}: the client completes`, async () => {
    const one = client();
    const got = await follow(one, 'subscription { forever }', (list, stop) => list.length === 3 && stop());
    return `${got.split(' ').slice(0, 3).join(' ')}, ${await running(one)}`;
  });
  await check(`${name}: two at once`, async () => {
    const one = client();
    return (await Promise.all([follow(one, 'subscription { count(to: 2) }'), follow(one, 'subscription { count(to: 3) }')])).join(', ');
  });
  await check(`${name}: refused document`, () => follow(client(), '{ nothing }'));
  await check(`${name}: refused subscription`, () => follow(client(), 'subscription { broken }'));
  await check(`${name}: error in an event`, () => follow(client(), 'subscription { halfBroken }'));
  await check(`${name}: connects again after a restart`, async () => {
    const restart = (word) => fetch(`${url}/restart?word=${word}`, { method: 'POST' });
    await restart('before');
    return follow(client({ retryAttempts: 5, retryWait: () => Promise.resolve() }), 'subscription { restarted }', (list) => {
      if (list.length === 1) restart('after');
    });
  });
}

await check('socket: signed in', () => follow(socket({ connectionParams: { Authorization: 'Bearer good' } }), '{ who }'));
await check('socket: forged token', () => follow(socket({ connectionParams: async () => ({ authorization: 'Bearer forged' }) }), '{ who }'));
await check('events: signed in', () => follow(events({ headers: { Authorization: 'Bearer good' } }), '{ who }'));
await check('socket: pings of the client', async () => {
  let pongs = 0;
  const one = socket({ keepAlive: 20, on: { pong: () => pongs++ } });
  await follow(one, 'subscription { forever }', (_, stop) => pongs > 2 && stop());
  return pongs > 2 ? 'answered' : 'not answered';
});
await check('socket: session that ends', () =>
  follow(socket({ connectionParams: { Authorization: 'Bearer brief' } }), 'subscription { forever }'));

console.log(JSON.stringify(results));
process.exit(0);
