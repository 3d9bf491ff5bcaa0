/* global React, ReactDOM, GraphiQL, GraphiQLPluginExplorer */
// Starts GraphiQL with the settings that the server wrote into the page.
(function () {
  'use strict';

  // GraphiQL's dialogs add a style element; by this name they learn the nonce
  // without which the page's policy would not let them.
  window.__webpack_nonce__ = document.currentScript.nonce;

  const element = React.createElement;
  const settings = JSON.parse(document.getElementById('settings').textContent);

  // The examples open as tabs on the first visit; from then on the browser
  // keeps the visitor's own tabs, and the sidebar brings an example back.
  const tabs = settings.examples.map((example) => ({
    query: example.query,
    variables: example.variables || null,
  }));

  function ExampleList() {
    const editors = GraphiQL.React.useEditorContext({ nonNull: true });
    const open = (example) => {
      editors.queryEditor.setValue(example.query);
      editors.variableEditor.setValue(example.variables || '');
    };
    return element(
      'section',
      { 'aria-label': 'Examples', ref: showTop },
      element('div', { className: 'graphiql-doc-explorer-title' }, 'Examples'),
      element('p', null, 'A click puts the query into the current tab.'),
      settings.examples.map((example) =>
        element(
          'button',
          { key: example.name, type: 'button', className: 'example', onClick: () => open(example) },
          element('strong', null, example.title),
          element('span', null, example.about),
        ),
      ),
    );
  }

  // The pane is shared by all plugins and stays scrolled when one follows another.
  function showTop(section) {
    section?.closest('.graphiql-plugin')?.scrollTo(0, 0);
  }

  function ExamplesIcon() {
    return element(
      'svg',
      { viewBox: '0 0 24 24', fill: 'none', stroke: 'currentColor', strokeWidth: 1.5, 'aria-hidden': true },
      element('path', { d: 'M12 6.5C10 5 7 4.5 4 5v13.5c3-.5 6 0 8 1.5 2-1.5 5-2 8-1.5V5c-3-.5-6 0-8 1.5zM12 6.5V20' }),
    );
  }

  const examples = { title: 'Examples', icon: ExamplesIcon, content: ExampleList };

  const page = element(
    GraphiQL,
    {
      fetcher: GraphiQL.createFetcher({ url: settings.endpoint }),
      defaultTabs: tabs,
      plugins: [GraphiQLPluginExplorer.explorerPlugin({ showAttribution: false }), examples],
      defaultEditorToolsVisibility: 'variables',
      shouldPersistHeaders: false,
    },
    element(
      GraphiQL.Logo,
      null,
      element(
        'span',
        { className: 'nexus-logo' },
        element('img', { src: settings.icon, alt: '', width: 22, height: 22 }),
        element('strong', null, 'Nexus'),
        element('a', { href: settings.schema, title: 'The whole schema as text' }, 'SDL'),
      ),
    ),
  );

  ReactDOM.createRoot(document.getElementById('playground')).render(page);
})();
