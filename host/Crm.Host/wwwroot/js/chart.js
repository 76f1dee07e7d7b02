// Draws the table inside a [data-chart] with ECharts; colours come from the theme.
import * as echarts from '../lib/echarts.min.mjs';

// Theme colours may be light-dark() or oklch(); the canvas gets what they come to as plain rgb.
const probe = document.createElement('i');
const dot = Object.assign(document.createElement('canvas'), { width: 1, height: 1 }).getContext('2d', { willReadFrequently: true });

function css(name) {
  if (!probe.isConnected) document.body.append(probe);
  probe.style.color = `var(${name})`;
  dot.clearRect(0, 0, 1, 1);
  dot.fillStyle = getComputedStyle(probe).color;
  dot.fillRect(0, 0, 1, 1);
  const [r, g, b] = dot.getImageData(0, 0, 1, 1).data;
  return `rgb(${r},${g},${b})`;
}

const palette = ['blue', 'teal', 'orange', 'purple', 'green', 'pink', 'cyan', 'yellow', 'indigo', 'red'];
const color = (name, i) => css(`--tblr-${name || palette[i % palette.length]}`);

function read(figure) {
  const table = figure.querySelector('[data-chart-data]');
  const heads = [...table.tHead.rows[0].cells].slice(1);
  const rows = [...table.tBodies[0].rows];
  return {
    labels: rows.map((row) => row.cells[0].textContent.trim()),
    links: rows.map((row) => row.cells[0].querySelector('a')?.href),
    texts: rows.map((row) => [...row.cells].slice(1).map((cell) => cell.textContent.trim())),
    series: heads.map((head, i) => ({
      name: head.textContent.trim(),
      ...head.dataset,
      values: rows.map((row) => (row.cells[i + 1].dataset.value === undefined || row.cells[i + 1].dataset.value === '' ? null : Number(row.cells[i + 1].dataset.value))),
    })),
  };
}

function option(figure) {
  const kind = figure.dataset.chart;
  const { labels, series, texts } = read(figure);
  const ink = css('--tblr-secondary');
  const line = css('--tblr-border-color');
  const common = {
    textStyle: { fontFamily: getComputedStyle(document.body).fontFamily, color: ink },
    color: series.length > 0 ? series.map((s, i) => color(s.color, i)) : palette.map((name) => color(name, 0)),
    animationDuration: matchMedia('(prefers-reduced-motion: reduce)').matches ? 0 : 300,
    // Drawn on the canvas: an HTML tooltip would need inline styles.
    tooltip: { renderMode: 'richText', trigger: ['pie', 'funnel'].includes(kind) ? 'item' : 'axis', confine: true, backgroundColor: css('--tblr-bg-surface'), borderColor: line, textStyle: { color: css('--tblr-body-color'), fontSize: 12 } },
    legend: { show: series.length > 1 || ['pie', 'funnel'].includes(kind), bottom: 0, type: 'scroll', pageIconColor: ink, pageIconInactiveColor: line, pageTextStyle: { color: ink }, icon: 'roundRect', itemWidth: 10, itemHeight: 10, textStyle: { color: ink } },
  };
  if (kind === 'option') return common;
  if (kind === 'pie' || kind === 'funnel') {
    return {
      ...common,
      color: palette.map((name) => color(name, 0)),
      series: [{
        type: kind,
        ...(kind === 'pie' ? { radius: ['52%', '78%'], center: ['50%', '44%'] } : { bottom: 36, top: 8, sort: 'none' }),
        label: kind === 'pie' ? { color: ink, formatter: '{d}%' } : { color: ink },
        data: labels.map((name, i) => ({ name, value: series[0].values[i], text: texts[i][0] })),
      }],
    };
  }
  const category = { type: 'category', data: labels, axisTick: { show: false }, axisLine: { lineStyle: { color: line } }, axisLabel: { color: ink, hideOverlap: true } };
  const value = { type: 'value', splitLine: { lineStyle: { color: line } }, axisLabel: { color: ink, hideOverlap: true, formatter: (v) => Intl.NumberFormat(document.documentElement.lang, { notation: 'compact' }).format(v) } };
  const across = kind === 'row';

  // Every bar has its name; long ones leave room for the bars, the table below has them whole.
  const names = { ...category.axisLabel, hideOverlap: false, interval: 0, width: Math.max(90, figure.clientWidth * 0.42), overflow: 'truncate' };
  return {
    ...common,
    grid: { left: 8, right: across ? 28 : 16, top: 16, bottom: series.length > 1 ? 36 : 8, containLabel: true },
    xAxis: across ? value : category,
    yAxis: across ? { ...category, axisLabel: names, inverse: true } : value,
    series: series.map((s) => {
      const type = s.as ?? (kind === 'area' ? 'line' : across ? 'bar' : kind);
      return {
        type,
        name: s.name,
        data: s.values,
        stack: s.stack,
        barMaxWidth: 28,
        smooth: false,
        symbolSize: 6,
        ...(type === 'bar' && !s.stack && { itemStyle: { borderRadius: across ? [0, 3, 3, 0] : [3, 3, 0, 0] } }),
        ...(kind === 'area' && { areaStyle: { opacity: 0.15 } }),
        tooltip: { valueFormatter: (_, i) => texts[i]?.[series.indexOf(s)] ?? '–' },
      };
    }),
  };
}

export function start(figure) {
  const canvas = figure.querySelector('[data-chart-canvas]');
  const { links, labels } = read(figure);

  // Bars one below the other need a line each.
  if (figure.dataset.chart === 'row' && labels.length * 22 + 40 > canvas.clientHeight) canvas.style.height = `${labels.length * 22 + 40}px`;
  const chart = echarts.init(canvas, null, { renderer: 'canvas' });
  const draw = () => {
    const special = figure.querySelector('[data-chart-option]')?.content.textContent;
    chart.setOption(option(figure), true);
    if (special) {
      const own = JSON.parse(special);
      const series = [own.series ?? []].flat().map((s) => ({ ...s, label: { color: css('--tblr-body-color'), textBorderWidth: 0, ...s.label } }));
      chart.setOption({ ...own, series });
    }
  };
  draw();
  figure.classList.add('chart-drawn');
  chart.on('click', (event) => links[event.dataIndex] && location.assign(links[event.dataIndex]));
  new ResizeObserver(() => chart.resize()).observe(canvas);
  new MutationObserver(draw).observe(document.documentElement, { attributes: true, attributeFilter: ['data-bs-theme'] });
}
