// Runs before the first paint: a user who follows the device gets its theme at once.
(function () {
  const root = document.documentElement;
  const dark = matchMedia('(prefers-color-scheme: dark)');
  const apply = () => {
    if ((root.dataset.themeChoice ?? 'auto') === 'auto') root.dataset.bsTheme = dark.matches ? 'dark' : 'light';
  };
  root.classList.add('js');
  apply();
  dark.addEventListener('change', apply);
})();
