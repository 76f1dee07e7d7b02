// FullCalendar in a [data-calendar="address of the page"]: the list inside it is what there is without JavaScript, and what is read from the
// page again for the days shown, with from and to in its address. An event is a [data-event] with data-start, data-end, data-color and a link.

// The library is no module: its names are those of the page, and one file builds on the one before.
let library;
const script = (name) => new Promise((done, failed) => {
  const tag = Object.assign(document.createElement('script'), { src: document.documentElement.dataset.assets + name, onload: done, onerror: failed });
  document.head.append(tag);
});

async function load() {
  for (const name of ['lib/fullcalendar/global.js', 'lib/fullcalendar/classic.js']) await script(name);
  if (document.documentElement.lang !== 'en') await script('lib/fullcalendar/locales.js');
}

function style(name) {
  if (document.querySelector(`link[href$="${name}"]`)) return;
  const link = document.createElement('link');
  link.rel = 'stylesheet';
  link.href = document.documentElement.dataset.assets + name;
  document.head.append(link);
}

const events = (root) => [...root.querySelectorAll('[data-event]')].map((item) => ({
  title: (item.dataset.done === undefined ? '' : '✓ ') + (item.querySelector('a') ?? item).textContent.trim(),
  url: item.querySelector('a')?.getAttribute('href'),
  start: item.dataset.start,
  end: item.dataset.end || undefined,
  color: `var(--tblr-${item.dataset.color || 'blue'})`,
}));

async function read(address, from, to) {
  const url = new URL(address, location.href);
  url.searchParams.set('from', from.slice(0, 10));
  url.searchParams.set('to', to.slice(0, 10));
  const answer = await fetch(url, { headers: { 'HX-Request': 'true' } });
  if (!answer.ok) throw new Error(String(answer.status));
  return events(new DOMParser().parseFromString(await answer.text(), 'text/html'));
}

export async function start(element) {
  const address = element.dataset.calendar;
  for (const name of ['lib/fullcalendar/skeleton.css', 'lib/fullcalendar/classic.css', 'lib/fullcalendar/classic-palette.css']) style(name);
  await (library ??= load());
  element.replaceChildren();
  new FullCalendar.Calendar(element, {
    locale: document.documentElement.lang,
    initialView: matchMedia('(max-width: 768px)').matches ? 'listWeek' : element.dataset.view ?? 'dayGridMonth',
    headerToolbar: { start: 'prev,next today', center: 'title', end: 'dayGridMonth,timeGridWeek,listWeek' },
    firstDay: 1,
    height: 'auto',
    initialDate: element.dataset.date,
    // Wall-clock times of the tenant; the browser's zone does not matter.
    timeZone: 'UTC',
    now: element.dataset.now,
    nowIndicator: true,
    dayMaxEvents: 4,
    eventTimeFormat: { hour: '2-digit', minute: '2-digit', hour12: false },
    // The name of a day is what stands in it: its number and what is planned. The library's own label leaves the latter out.
    dayCellDidMount: (day) => day.el.removeAttribute('aria-label'),
    events: (days, done, failed) => read(address, days.startStr, days.endStr).then(done, failed),
    eventClick: (info) => {
      if (info.event.url) {
        info.jsEvent.preventDefault();
        location.assign(info.event.url);
      }
    },
  }).render();
}
