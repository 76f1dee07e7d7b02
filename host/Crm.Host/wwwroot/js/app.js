// What every page needs. Everything here is a comfort: pages work without it.
import './menus.js';
import './keyboard.js';
import './forms.js';
import './parts.js';
import { grow } from './grow.js';

// Heavier helpers are fetched when a page has something for them.
grow('[data-picker]:not([data-picker=false i])', () => import('./fields/picker.js'));
grow('[data-insert-from]', () => import('./fields/insert.js'));
grow('[data-postal]', () => import('./fields/postal.js'));
grow('[data-one-time-link]', () => import('./copy.js'));
grow('input[data-date]', () => import('./fields/date.js'));
grow('[data-kana-to]', () => import('./fields/kana.js'));
grow('[data-proof], [data-send-once]', () => import('./proof.js'));
grow('[data-keep]', () => import('./drafts.js'));
grow('[data-chart]', () => import('./chart.js'));
grow('[data-bulk]', () => import('./bulk.js'));
grow('[data-sortable], [data-sortable-list]', () => import('./sortable.js'));
grow('[data-calendar]', () => import('./calendar.js'));
grow('[data-bs-toggle]', () => import('../lib/tabler.min.js').then(() => ({ start() {} })));
document.addEventListener('click', (event) => event.target.closest('[data-print]') && window.print());
