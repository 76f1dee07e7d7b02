// Menus are <details data-menu>: open one closes the others; a click outside and Escape close them; arrows walk through.
const open = () => [...document.querySelectorAll('details[data-menu][open]')];

function close(menu) {
  menu.open = false;
}

document.addEventListener('click', (event) => {
  for (const menu of open()) {
    if (!menu.contains(event.target)) close(menu);
  }
});

document.addEventListener('toggle', (event) => {
  const menu = event.target;
  if (!(menu instanceof HTMLElement) || !menu.matches('details[data-menu]') || !menu.open) return;
  for (const other of open()) {
    if (other !== menu && !other.contains(menu)) close(other);
  }
  place(menu);
  menu.querySelector('[data-narrow]')?.focus();
  fetchRest(menu);
}, true);

// What is long and seldom opened is not in the page: a link stands there until the menu is opened for the first time.
// Without JavaScript, or when anything goes wrong, the link leads to the same as a page.
async function fetchRest(menu) {
  const link = menu.querySelector('[data-menu-rest]:not([aria-busy])');
  if (!link) return;
  link.setAttribute('aria-busy', 'true');
  const [list, focused] = [link.parentElement, document.activeElement];
  const came = await htmx.ajax('GET', link.href, { target: list, swap: 'innerHTML' }).then(() => !list.contains(link), () => false);
  if (!came) {
    location.assign(link.href);
    return;
  }
  place(menu);
  // Whoever went elsewhere meanwhile stays there.
  const here = document.activeElement;
  if (menu.open && (here === focused || here === document.body || menu.contains(here))) menu.querySelector('[data-narrow]')?.focus();
}

// A menu that would leave the window opens to the other side.
function place(menu) {
  const list = menu.querySelector('.menu-list, .confirm-box');
  if (!list) return;
  list.classList.remove('menu-flip');
  const box = list.getBoundingClientRect();
  if (box.right > innerWidth - 8) list.classList.add('menu-flip');
}

document.addEventListener('keydown', (event) => {
  const menu = event.target.closest?.('details[data-menu]');
  if (event.key === 'Escape' && menu?.open) {
    close(menu);
    menu.querySelector('summary').focus();
    event.stopPropagation();
    return;
  }
  if (!menu?.open || !['ArrowDown', 'ArrowUp'].includes(event.key) || event.target.matches('select, textarea')) return;
  const items = [...menu.querySelectorAll('summary, .menu-list-item, .menu-list input[type=search]')].filter((e) => e.offsetParent !== null);
  const next = items[items.indexOf(document.activeElement) + (event.key === 'ArrowDown' ? 1 : -1)];
  if (next) {
    next.focus();
    event.preventDefault();
  }
});

// Typing narrows a long menu.
document.addEventListener('input', (event) => {
  if (!event.target.matches('[data-narrow]')) return;
  const menu = event.target.closest('[data-filter-menu], .menu-list, [data-narrow-in]');
  const words = event.target.value.trim().toLowerCase();
  for (const item of menu.querySelectorAll('[data-narrow-item]')) {
    item.hidden = words !== '' && !item.textContent.toLowerCase().includes(words);
  }
  for (const group of menu.querySelectorAll('[data-narrow-group]')) {
    const any = group.querySelector('[data-narrow-item]:not([hidden])') !== null;
    group.hidden = !any;
    group.open = words !== '' && any;
  }
  for (const heading of menu.querySelectorAll('.menu-heading')) {
    let item = heading.nextElementSibling;
    let any = false;
    while (item && !item.matches('.menu-heading')) {
      any ||= !item.hidden;
      item = item.nextElementSibling;
    }
    heading.hidden = !any;
  }
});

document.addEventListener('click', (event) => {
  const dismiss = event.target.closest('[data-dismiss]');
  if (dismiss) dismiss.closest('[data-toast]')?.remove();
});

for (const toast of document.querySelectorAll('[data-toast]')) {
  setTimeout(() => toast.matches(':hover, :focus-within') || toast.remove(), toast.querySelector('form') ? 12000 : 5000);
}

// Groups of the side menu stay folded as they were left, on every page of this browser.
document.addEventListener('click', (event) => {
  const group = event.target.closest?.('summary')?.parentElement;
  if (!group?.matches('details[data-fold]')) return;
  const folded = new Set((document.cookie.match(/(?:^|; )crm\.folded=([^;]*)/)?.[1] ?? '').split('.').filter(Boolean));
  folded[group.open ? 'add' : 'delete'](group.dataset.fold);
  document.cookie = `crm.folded=${[...folded].join('.')};path=/;max-age=31536000;samesite=lax`;
});
