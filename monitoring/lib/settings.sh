# shellcheck shell=bash disable=SC2034
# Settings of start-monitoring.sh, and how it speaks. The variables are used by the files beside this one.

say() { printf '%s\n' "$*"; }
warn() { printf '%s\n' "$*" >&2; }
die() {
  printf 'start-monitoring: %s\n' "$1" >&2
  shift
  for line in "$@"; do printf '  %s\n' "$line" >&2; done
  exit 1
}

# .env as Compose reads it: NAME=value lines, of which the environment wins.
read_env_file() {
  local line name value
  [ -f "$1" ] || return 0
  while IFS= read -r line || [ -n "$line" ]; do
    [[ $line =~ ^([A-Za-z_][A-Za-z0-9_]*)=(.*)$ ]] || continue
    name=${BASH_REMATCH[1]}
    value=${BASH_REMATCH[2]%$'\r'}
    [[ $value =~ ^\"(.*)\"$ || $value =~ ^\'(.*)\'$ ]] && value=${BASH_REMATCH[1]}
    [ -n "${!name+set}" ] || export "$name=$value"
  done <"$1"
}

absolute() {
  case $1 in
  /*) printf '%s' "$1" ;;
  *) printf '%s/%s' "$PWD" "${1#./}" ;;
  esac
}

read_env_file .env

# Compose interpolates the same names; a path without a slash in front would be the name of a volume to it.
ROAM_CA=$(absolute "${ROAM_CA:-certs/dev-ca.pem}")
ROAM_TARGETS=$(absolute "${ROAM_TARGETS:-monitoring/prometheus/targets}")
export ROAM_CA ROAM_TARGETS

parts='prometheus alertmanager node-exporter grafana'
state=$PWD/.monitoring
prometheus_port=${ROAM_PROMETHEUS_PORT:-9090}
alertmanager_port=${ROAM_ALERTMANAGER_PORT:-9093}
grafana_port=${ROAM_GRAFANA_PORT:-3000}
node_exporter_port=${ROAM_NODE_EXPORTER_PORT:-9100}
prometheus_url=${ROAM_PROMETHEUS_URL:-http://localhost:$prometheus_port}
alertmanager_url=${ROAM_ALERTMANAGER_URL:-http://localhost:$alertmanager_port}

port_of() {
  case $1 in
  prometheus) echo "$prometheus_port" ;;
  alertmanager) echo "$alertmanager_port" ;;
  grafana) echo "$grafana_port" ;;
  node-exporter) echo "$node_exporter_port" ;;
  esac
}

# Scraping fails without it, in Prometheus's words; here it can be said what makes it.
check_authority() {
  [ -f "$ROAM_CA" ] && [ -s "$ROAM_CA" ] && return
  die "no certificate authority to trust Roam with: $ROAM_CA" \
    'npm start makes the development authority, certs/dev-ca.pem: start Roam once, then this again.' \
    'With certificates of your own, set ROAM_CA to the authority that signed them;' \
    'for public ones: ROAM_CA=/etc/ssl/certs/ca-certificates.crt'
}
