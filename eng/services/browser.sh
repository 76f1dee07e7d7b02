# The browser the end-to-end tests drive: exports CRM_TEST_CHROMIUM, its path.
if found="$(browser)"; then
  export CRM_TEST_CHROMIUM="$found"
else
  say 'Chromium がありません。画面のテストは飛ばします（Debian: apt-get install chromium fonts-noto-cjk）。' \
      'Chromium is missing; the browser tests are skipped (Debian: apt-get install chromium fonts-noto-cjk).'
fi
