# Sourced by ./crm and the scripts in eng/: where the tree is, how we speak to people, what must be installed,
# and when the host is built. Kept to what bash 3.2 (macOS) understands.

root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)"
configuration=Release
host="$root/host/Crm.Host/bin/$configuration/net10.0"
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

# Everything a person reads goes to stderr, in Japanese and English: stdout belongs to the command's own output.
say() { printf '%s\n' "$@" >&2; }
die() { say "$@"; exit 1; }

need_dotnet() {
  if ! command -v dotnet >/dev/null && [ -x "${HOME:-}/.dotnet/dotnet" ]; then
    export DOTNET_ROOT="$HOME/.dotnet" PATH="$HOME/.dotnet:$PATH"
  fi
  if [ "${1:-}" = quick ]; then command -v dotnet >/dev/null && return; fi
  if command -v dotnet >/dev/null && dotnet --list-sdks 2>/dev/null | grep -q '^10\.'; then return; fi

  local how='https://dotnet.microsoft.com/download/dotnet/10.0'
  if apt_version dotnet-sdk-10.0 >/dev/null; then how='sudo apt-get install dotnet-sdk-10.0'; fi
  die ".NET 10 SDK が見つかりません。インストールしてからもう一度実行してください: $how" \
      "The .NET 10 SDK is missing. Install it and run this again: $how"
}

# Node.js copies the browser libraries into wwwroot while building; the running product does not use it.
need_node() {
  local major
  major="$(node --version 2>/dev/null | sed -n 's/^v\([0-9]*\).*/\1/p' || true)"
  if [ "${major:-0}" -ge 20 ] && command -v npm >/dev/null; then return; fi

  local how='https://nodejs.org/'
  major="$(apt_version nodejs | sed 's/^[0-9]*://; s/[^0-9].*//' || true)"
  if [ "${major:-0}" -ge 20 ]; then
    how='sudo apt-get install nodejs npm'
    if agreed "Node.js $major を apt でインストールしますか？" "Install Node.js $major with apt?"; then
      # Some builds of the package carry npm inside and refuse Debian's npm beside it.
      apt_install nodejs && { command -v npm >/dev/null || apt_install npm; } && return
    fi
  fi
  die "Node.js 20 以上（npm を含む）が必要です。インストールしてからもう一度実行してください: $how" \
      "Node.js 20 or later, with npm, is needed. Install it and run this again: $how"
}

# Asks on a terminal; without one, only CI is taken to agree.
agreed() {
  if [ "${CI:-}" = true ]; then return 0; fi
  if ! [ -t 0 ]; then return 1; fi
  local answer
  printf '%s\n%s [Y/n] ' "$1" "$2" >&2
  read -r answer
  case "$answer" in ''|[Yy]*) return 0 ;; *) return 1 ;; esac
}

# The version apt would install of a package; fails where there is no apt or no such package.
apt_version() {
  command -v apt-get >/dev/null || return 1
  apt-cache policy "$1" 2>/dev/null | sed -n 's/^ *Candidate: //p' | grep -v '(none)'
}

# Installs Debian/Ubuntu packages; fails without apt or without the right to use it.
apt_install() {
  local sudo='' log
  command -v apt-get >/dev/null || return 1
  if [ "$(id -u)" != 0 ]; then
    if ! command -v sudo >/dev/null; then return 1; fi
    if sudo -n true 2>/dev/null; then sudo='sudo -n'; elif [ -t 0 ]; then sudo=sudo; else return 1; fi
  fi
  say "インストール中 / installing: $*"
  log="$(mktemp)"
  local apt="$sudo env DEBIAN_FRONTEND=noninteractive apt-get -y -q -o DPkg::Lock::Timeout=120"
  # The package list may be missing (a new container) or old: refresh it only when installing failed.
  if $apt install --no-install-recommends "$@" >"$log" 2>&1 ||
     { $apt update >>"$log" 2>&1; $apt install --no-install-recommends "$@" >>"$log" 2>&1; }; then
    rm -f "$log"
    return 0
  fi
  tail -n 15 "$log" >&2
  rm -f "$log"
  return 1
}

# Where initdb and postgres are: Debian's folders first (15 is what we support, else the newest), then others'.
postgres_bin() {
  local dir
  for dir in /usr/lib/postgresql/15/bin $(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -rV) \
             /usr/pgsql-*/bin /opt/homebrew/opt/postgresql@*/bin /usr/local/opt/postgresql@*/bin; do
    if [ -x "$dir/initdb" ] && [ -x "$dir/postgres" ] && [ -x "$dir/psql" ]; then printf '%s\n' "$dir"; return; fi
  done
  dir="$(command -v initdb)" && dir="$(dirname "$(readlink -f "$dir")")" && [ -x "$dir/psql" ] && printf '%s\n' "$dir"
}

browser() {
  local name
  for name in "${CRM_TEST_CHROMIUM:-}" chromium chromium-browser google-chrome google-chrome-stable; do
    if [ -n "$name" ] && command -v "$name"; then return; fi
  done
  return 1
}

# --- building ---

# The files the host is made of. Names are remembered beside their times, so a deleted or moved file counts as a change.
sources() {
  local folder folders=()
  for folder in host modules plugins eng; do if [ -d "$root/$folder" ]; then folders+=("$folder"); fi; done
  (cd "$root" && find Directory.* global.json "${folders[@]}" \
    \( -name bin -o -name obj -o -name node_modules -o -name data -o -path '*/wwwroot/lib' \) -prune -o -type f "$@" -print)
}

is_fresh() {
  [ -f "$host/.built" ] && [ "$(cat "$host/.built")" = "$(sources | cksum)" ] &&
    [ -z "$(sources -newer "$host/.built")" ]
}

# build <solution or project>: ./crm, the tests and the benchmarks share one output. Called by one_at_a_time.
build() {
  need_dotnet
  need_node
  local began="$root/artifacts/built.$$" log="$root/artifacts/build.log" reuse=''
  # A build node that outlives a CI run keeps the run's output open.
  if [ "${CI:-}" = true ]; then reuse='-nodeReuse:false'; fi
  sources | cksum > "$began"
  if ! dotnet build "$1" -c "$configuration" -nologo -v q $reuse >"$log" 2>&1 9>&-; then
    rm -f "$began"
    { grep -E '(error|warning) [A-Z]+[0-9]+:' "$log" || cat "$log"; } | awk '!seen[$0]++' >&2
    die "ビルドに失敗しました: $1" "The build failed: $1"
  fi
  # Its time is when the build began: what was saved meanwhile is built again the next time.
  mv "$began" "$host/.built"
}

# Two commands started together build one after the other, and the second finds nothing to do.
one_at_a_time() {
  mkdir -p "$root/artifacts"
  exec 9>"$root/artifacts/build.lock"
  if command -v flock >/dev/null; then flock 9; fi
  "$@"
  exec 9>&-
}

build_host_if_needed() {
  if ! is_fresh; then one_at_a_time build_host; fi
}

build_host() {
  if is_fresh; then return; fi
  say 'ビルドしています（初回は1〜2分かかります）… / Building (the first time takes a minute or two)…'
  build "$root/host/Crm.Host/Crm.Host.csproj"
}
