// FullCalendar in a [data-calendar="address of events as JSON"]; the list inside it is what there is without JavaScript.
import '../lib/fullcalendar/global.js';
import '../lib/fullcalendar/classic.js';

function style(name) {
  if (document.querySelector(`link[href$="${name}"]`)) return;
  const link = document.createElement('link');
  link.rel = 'stylesheet';
  link.href = document.documentElement.dataset.assets + name;
  document.head.append(link);
}

export async function start(element) {
  for (const name of ['lib/fullcalendar/skeleton.css', 'lib/fullcalendar/classic.css', 'lib/fullcalendar/classic-palette.css']) style(name);
  if (document.documentElement.lang !== 'en') await import('../lib/fullcalendar/locales.js');
  element.replaceChildren();
  new FullCalendar.Calendar(element, {
    locale: document.documentElement.lang,
    initialView: matchMedia('(max-width: 768px)').matches ? 'listWeek' : element.dataset.view ?? 'dayGridMonth',
    headerToolbar: { start: 'prev,next today', center: 'title', end: 'dayGridMonth,timeGridWeek,listWeek' },
    firstDay: 1,
    height: 'auto',
    events: element.dataset.calendar,
    eventClick: (info) => {
      if (info.event.url) {
        info.jsEvent.preventDefault();
        location.assign(info.event.url);
      }
    },
  }).render();
}
