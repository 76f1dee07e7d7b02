# Sourced by eng/with-services and eng/test: start_services starts what eng/services/ describes and exports where it is;
# whatever was started is stopped when the script ends. To add a service, add a file there: start it, export its
# address, and name the function that stops it with `at_exit`.

stops=()
at_exit() { stops+=("$1"); }

stop_services() {
  local i
  for ((i = ${#stops[@]} - 1; i >= 0; i--)); do "${stops[i]}" || true; done
  stops=()
}

start_services() {
  trap stop_services EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM
  local service
  for service in "$root"/eng/services/*.sh; do source "$service"; done
}

random_password() { head -c 18 /dev/urandom | base64 | tr -d '/+=\n'; }

# A port nobody listens on, below the range the system hands out by itself.
free_port() {
  local port
  while :; do
    port=$((20000 + RANDOM % 10000))
    if ! (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then printf '%s\n' "$port"; return; fi
  done
}
