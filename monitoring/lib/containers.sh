# shellcheck shell=bash
# The stack in containers.

compose=()
why_no_containers=''

# The first of `docker compose` and `docker-compose` that an engine answers.
find_compose() {
  local file=docker-compose.monitoring.yml
  if docker compose version >/dev/null 2>&1; then
    compose=(docker compose -f "$file")
    "${compose[@]}" ps -q >/dev/null 2>&1 && return
  fi
  if command -v docker-compose >/dev/null; then
    compose=(docker-compose -f "$file")
    "${compose[@]}" ps -q >/dev/null 2>&1 && return
  fi
  if docker ps -q >/dev/null 2>&1; then
    why_no_containers='A Docker engine answers, but no Compose that can read the file: install docker-compose-plugin or docker-compose.'
  elif command -v docker >/dev/null || command -v docker-compose >/dev/null; then
    why_no_containers='Docker is installed, but no engine answers this user: docker ps says why.'
  fi
  return 1
}

start_containers() {
  local part
  say "starting containers with ${compose[*]}"
  for part in $parts; do
    [ -n "$(container_of "$part")" ] || require_free_port "$part"
  done
  "${compose[@]}" up -d || die "${compose[*]} up -d failed" 'Its own words are above.'
  for part in $parts; do
    await_ready "$part" 120 && say "$part is ready" && continue
    "${compose[@]}" ps >&2
    "${compose[@]}" logs --tail 20 "$part" >&2
    die "$part is not ready after two minutes" 'Above: the containers, and the end of its log.' \
      'Docker Desktop: is "Enable host networking" on (Settings, Resources, Network; version 4.34 or newer)?'
  done
  refresh_mounted_files
  # Receivers are written when Alertmanager starts; for changed files it has to be done again.
  "${compose[@]}" exec -T alertmanager /bin/sh /etc/alertmanager/render.sh /tmp/alertmanager ||
    die 'the settings of Alertmanager are wrong' 'Its own words are above.'
  reload_parts
}

# A mounted file stays the one that was there when the container was made, and editors put a new one in its place.
refresh_mounted_files() {
  local inside=/etc/prometheus
  same_inside "$inside/prometheus.yml" monitoring/prometheus/prometheus.yml &&
    same_inside "$inside/roam-ca.pem" "$ROAM_CA" && return
  say 'prometheus.yml or the certificate authority was replaced: prometheus is started anew'
  if ! "${compose[@]}" up -d --no-deps --force-recreate prometheus || ! await_ready prometheus 120; then
    die 'prometheus does not come back' "${compose[*]} logs prometheus"
  fi
}

same_inside() { "${compose[@]}" exec -T prometheus cat "$1" | cmp -s - "$2"; }

down_containers() { "${compose[@]}" down; }

container_of() { "${compose[@]}" ps -q "$1" 2>/dev/null; }
