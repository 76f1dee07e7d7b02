// Tom Select on selects: records and users by name from the server, long lists of choices by typing.
import '../../lib/tom-select.min.js';
import { text } from '../grow.js';

const escape = (s) => s.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);

export function start(select) {
  const lookup = select.dataset.lookup;
  const picker = new TomSelect(select, {
    plugins: select.multiple ? ['remove_button'] : ['clear_button'],
    placeholder: select.dataset.placeholder ?? '',
    allowEmptyOption: false,
    maxOptions: 200,
    openOnFocus: true,
    selectOnTab: true,
    ...(lookup && {
      valueField: 'value',
      labelField: 'text',
      searchField: [],
      preload: 'focus',
      loadThrottle: 200,
      shouldLoad: () => true,
      load: (query, done) => {
        picker.clearOptions();
        fetch(`${lookup}?q=${encodeURIComponent(query)}`, { headers: { Accept: 'application/json' } })
          .then((answer) => (answer.ok ? answer.json() : []))
          .then(done, () => done());
      },
      // The server has already chosen what fits: width, kana and old kanji forms do not matter there.
      score: () => () => 1,
    }),
    render: {
      option: (item) => `<div>${escape(item.text)}${item.note ? `<span class="picker-note">${escape(item.note)}</span>` : ''}</div>`,
      item: (item) => `<div>${escape(item.text)}</div>`,
      no_results: () => `<div class="no-results">${text('見つかりません', 'Nothing found')}</div>`,
      loading: () => `<div class="no-results">${text('検索中…', 'Searching…')}</div>`,
    },
  });
  // The picker's own input carries the label now.
  select.setAttribute('aria-hidden', 'true');
  select.closest('form')?.addEventListener('reset', () => picker.sync());
  if (select.autofocus) picker.focus();
}
