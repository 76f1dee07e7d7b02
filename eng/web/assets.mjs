// Takes from node_modules what a browser and the server need, and nothing else.
//   node assets.mjs lib <folder>     browser libraries, minified files as their makers ship them, each also compressed
//   node assets.mjs icons <file>     all outline icons as "name<TAB>inner SVG" lines, gzipped
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, gzipSync } from 'node:zlib';

const modules = join(dirname(fileURLToPath(import.meta.url)), 'node_modules');

const libraries = {
  'tabler.min.css': '@tabler/core/dist/css/tabler.min.css',
  'tabler-vendors.min.css': '@tabler/core/dist/css/tabler-vendors.min.css',
  'tabler.min.js': '@tabler/core/dist/js/tabler.min.js',
  'htmx.min.js': 'htmx.org/dist/htmx.min.js',
  'htmx-sse.min.js': 'htmx.org/dist/ext/hx-sse.min.js',
  'tom-select.min.js': 'tom-select/dist/js/tom-select.complete.min.js',
  'sortable.min.js': 'sortablejs/Sortable.min.js',
  'echarts.min.mjs': 'echarts/dist/echarts.esm.min.mjs',
  'fullcalendar/global.js': 'fullcalendar/all/global.js',
  'fullcalendar/locales.js': 'fullcalendar/locales-all/global.js',
  'fullcalendar/skeleton.css': 'fullcalendar/skeleton.css',
  'fullcalendar/classic.js': 'fullcalendar/themes/classic/global.js',
  'fullcalendar/classic.css': 'fullcalendar/themes/classic/theme.css',
  'fullcalendar/classic-palette.css': 'fullcalendar/themes/classic/palette.css',
};

function lib(folder) {
  rmSync(folder, { recursive: true, force: true });
  for (const [to, from] of Object.entries(libraries)) {
    const target = join(folder, to);
    mkdirSync(dirname(target), { recursive: true });
    // Source maps are not shipped; a pointer to one only makes developer tools ask in vain.
    const text = readFileSync(join(modules, from), 'utf8')
      .replace(/\n?\/\/# sourceMappingURL=.*$/m, '')
      .replace(/\/\*# sourceMappingURL=.*?\*\//, '');
    writeFileSync(target, text);
    writeFileSync(target + '.br', brotliCompressSync(text));
  }
}

function icons(file) {
  const nodes = JSON.parse(readFileSync(join(modules, '@tabler/icons/tabler-nodes-outline.json'), 'utf8'));
  const lines = Object.entries(nodes).map(([name, shapes]) => {
    const inner = shapes
      .map(([tag, attributes]) => `<${tag} ${Object.entries(attributes).map(([k, v]) => `${k}="${v}"`).join(' ')}/>`)
      .join('');
    return `${name}\t${inner}`;
  });
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, gzipSync(lines.join('\n') + '\n', { level: 9 }));
}

const [what, target] = process.argv.slice(2);
({ lib, icons })[what](target);
