// Runs every audit against the endpoint whose URL is the first argument, one
// after the other, and prints their results as a JSON array.
import { serverAudits } from 'graphql-http';

const results = [];
for (const audit of serverAudits({ url: process.argv[2] })) {
  const result = { id: audit.id, name: audit.name };
  try {
    const { status, reason = '', response } = await audit.fn();
    results.push({ ...result, ok: status === 'ok', reason, answer: response ? await describe(response) : '' });
  } catch (error) {
    results.push({ ...result, ok: false, reason: String(error), answer: '' });
  }
}
console.log(JSON.stringify(results));

async function describe(response) {
  const body = response.bodyUsed ? '(body read by the audit)' : await response.text();
  return `${response.status} ${response.headers.get('content-type')} ${body}`;
}
