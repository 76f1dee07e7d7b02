# A private PostgreSQL in a temporary folder. Exports
#   CRM_TEST_POSTGRES        as `crm`, which owns a database and may create others, but is no superuser: row-level
#                            security applies to it (on its own tables with FORCE ROW LEVEL SECURITY)
#   CRM_TEST_POSTGRES_ADMIN  as the superuser
# A server named by CRM_TEST_POSTGRES beforehand is used as it is.

# The server refuses to run as root.
as_postgres() {
  if [ "$(id -u)" != 0 ]; then (cd / && "$@"); return; fi
  local user=postgres
  id "$user" >/dev/null 2>&1 || user=nobody
  (cd / && runuser -u "$user" -- "$@")
}

stop_postgres() {
  local pid i
  pid="$(head -n 1 "$postgres_dir/data/postmaster.pid" 2>/dev/null || true)"
  if [ -n "$pid" ]; then
    kill -INT "$pid" 2>/dev/null || true
    for ((i = 0; i < 100; i++)); do
      kill -0 "$pid" 2>/dev/null || break
      sleep 0.1
    done
    kill -KILL "$pid" 2>/dev/null || true
  fi
  rm -rf "$postgres_dir"
}

start_postgres() {
  local bin="$1" port password admin_password
  # Root's own temporary folder may be closed to the user the server runs as.
  local temp="${TMPDIR:-/tmp}"
  if [ "$(id -u)" = 0 ]; then temp=/tmp; fi
  postgres_dir="$(mktemp -d "$temp/crm-postgres.XXXXXX")"
  at_exit stop_postgres
  password="$(random_password)"
  admin_password="$(random_password)"
  printf '%s\n' "$admin_password" > "$postgres_dir/password"
  if [ "$(id -u)" = 0 ]; then chown -R "$(as_postgres id -un)" "$postgres_dir"; fi

  as_postgres "$bin/initdb" -D "$postgres_dir/data" -U crm_admin --pwfile="$postgres_dir/password" \
    --auth=scram-sha-256 --locale=C --encoding=UTF8 --no-sync >"$postgres_dir/initdb.log" 2>&1 ||
    { cat "$postgres_dir/initdb.log" >&2; return 1; }
  cat >> "$postgres_dir/data/postgresql.conf" <<SETTINGS
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
max_connections = 300
max_locks_per_transaction = 256
shared_buffers = 256MB
wal_level = minimal
max_wal_senders = 0
fsync = ${CRM_TEST_POSTGRES_FSYNC:-off}
synchronous_commit = ${CRM_TEST_POSTGRES_FSYNC:-off}
full_page_writes = ${CRM_TEST_POSTGRES_FSYNC:-off}
SETTINGS

  # Another program may take the port between looking and starting.
  local try
  for try in 1 2 3 4 5; do
    port="$(free_port)"
    if as_postgres "$bin/pg_ctl" -D "$postgres_dir/data" -l "$postgres_dir/server.log" -o "-p $port" -w -t 60 start >/dev/null 2>&1; then
      break
    fi
    if [ "$try" = 5 ]; then tail -n 20 "$postgres_dir/server.log" >&2; return 1; fi
  done

  PGPASSWORD="$admin_password" "$bin/psql" -X -q -v ON_ERROR_STOP=1 -h 127.0.0.1 -p "$port" -U crm_admin -d postgres \
    -c "create role crm login createdb nosuperuser nobypassrls password '$password'" \
    -c 'create database crm owner crm' || return 1
  export CRM_TEST_POSTGRES="Host=127.0.0.1;Port=$port;Database=crm;Username=crm;Password=$password"
  export CRM_TEST_POSTGRES_ADMIN="Host=127.0.0.1;Port=$port;Database=postgres;Username=crm_admin;Password=$admin_password"
}

if [ -z "${CRM_TEST_POSTGRES:-}" ]; then
  if bin="$(postgres_bin)"; then
    start_postgres "$bin" || die 'テスト用の PostgreSQL を起動できませんでした。' 'The private PostgreSQL did not start.'
  else
    say 'PostgreSQL 15 がありません。関係するテストは飛ばします（Debian/Ubuntu: apt-get install postgresql-15、macOS: brew install postgresql@15）。' \
        'PostgreSQL 15 is missing; its tests are skipped (Debian/Ubuntu: apt-get install postgresql-15, macOS: brew install postgresql@15).'
  fi
fi
