// Visits the Playground as an explorer would, with Chromium, and prints what was
// seen as JSON. Arguments: base URL, path of Chromium, folder for the profile,
// folder for screenshots.
import { join } from 'node:path';
import { chromium } from 'playwright-core';

const [base, executablePath, profile, screenshots] = process.argv.slice(2);
const host = new URL(base).host;
const seen = { foreign: [], console: [], errors: [], violations: [], failed: [], screenshots: [] };

const context = await chromium.launchPersistentContext(profile, {
  executablePath,
  headless: true,
  viewport: { width: 1440, height: 900 },
  args: [
    '--no-sandbox', // Chromium has no sandbox for root
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    `--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE ${new URL(base).hostname}`,
  ],
});

try {
  context.setDefaultTimeout(20_000);
  await context.route(
    (url) => url.host !== host,
    (route) => {
      seen.foreign.push(route.request().url());
      return route.abort();
    },
  );
  await context.addInitScript(() => {
    window.violations = [];
    document.addEventListener('securitypolicyviolation', (event) => {
      window.violations.push(`${event.effectiveDirective} forbids ${event.blockedURI} (${event.sample})`);
    });
  });
  const page = context.pages()[0] ?? (await context.newPage());
  page.on('console', (message) => {
    if (message.type() === 'error') {
      seen.console.push(message.text());
    }
  });
  page.on('pageerror', (error) => seen.errors.push(String(error)));
  page.on('response', (response) => {
    if (response.status() >= 400) {
      seen.failed.push(`${response.status()} ${response.url()}`);
    }
  });
  await visit(page);
  seen.violations = await page.evaluate(() => window.violations);
} finally {
  await context.close();
}
console.log(JSON.stringify(seen));

async function visit(page) {
  await page.goto(base, { waitUntil: 'networkidle' });
  seen.title = await page.title();
  seen.logo = await page.locator('.nexus-logo').innerText();
  seen.tabs = await page.locator('.graphiql-tab').allInnerTexts();

  await page.getByRole('button', { name: /^Execute query/ }).click();
  await page.locator('.graphiql-response .cm-property').first().waitFor();
  seen.query = await editorText(page, '.graphiql-query-editor');
  seen.result = await editorText(page, '.graphiql-response');
  await screenshot(page, 'query');

  await completions(page);
  await dialog(page, 'Open settings dialog', 'settings');
  await dialog(page, 'Open short keys dialog', 'keys');

  await openPane(page, 'Documentation Explorer');
  const docs = page.locator('.graphiql-doc-explorer');
  await docs.getByText('Query', { exact: true }).click();
  await docs.getByText('challenges', { exact: true }).waitFor();
  seen.docs = await docs.innerText();
  await screenshot(page, 'docs');

  await openPane(page, 'GraphiQL Explorer');
  await page.locator('.graphiql-explorer-root').waitFor();
  seen.explorer = await page.locator('.graphiql-plugin').innerText();
  await screenshot(page, 'explorer');

  await openPane(page, 'Examples');
  seen.examples = await page.locator('.example strong').allInnerTexts();
  await page.locator('.example').nth(1).click();
  seen.chosen = await editorText(page, '.graphiql-query-editor');
  await screenshot(page, 'examples');
}

// completions types a part of a name and a mistake, for which the editor shows
// hints and a message, and takes both back.
async function completions(page) {
  const editor = page.locator('.graphiql-query-editor .CodeMirror');
  await page.locator('.graphiql-tab-add').click();
  await editor.click();
  await page.keyboard.press('Control+A'); // over the comment of a new tab
  await page.keyboard.type('{ nonsense tec');
  await page.locator('.CodeMirror-hints').waitFor();
  await page.keyboard.press('Escape');
  await page.locator('.graphiql-query-editor .CodeMirror-lint-mark-error').first().hover();
  await page.locator('.CodeMirror-lint-tooltip').waitFor();
  await screenshot(page, 'mistake');
  await page.locator('.graphiql-tab').first().locator('button').first().click();
}

async function dialog(page, button, name) {
  await page.getByRole('button', { name: button }).click();
  await page.getByRole('dialog').waitFor();
  await screenshot(page, name);
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'hidden' });
}

function openPane(page, name) {
  return page.getByRole('button', { name: `Show ${name}` }).click();
}

function editorText(page, selector) {
  return page.locator(`${selector} .CodeMirror`).first().evaluate((node) => node.CodeMirror.getValue());
}

async function screenshot(page, name) {
  const path = join(screenshots, `${name}.png`);
  await page.mouse.move(700, 450); // away from buttons, whose tooltips would be in the way
  await page.screenshot({ path, animations: 'disabled' });
  seen.screenshots.push(path);
}
