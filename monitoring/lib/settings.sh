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
    [[ ${line%$'\r'} =~ ^[[:space:]]*(export[[:space:]]+)?([A-Za-z_][A-Za-z0-9_]*)=(.*)$ ]] || continue
    name=${BASH_REMATCH[2]}
    value=${BASH_REMATCH[3]}
    if [[ $value =~ ^\"([^\"]*)\" || $value =~ ^\'([^\']*)\' ]]; then
      value=${BASH_REMATCH[1]}
    else
      # A comment behind the value, and the spaces in front of it.
      value=${value%%[[:space:]]#*}
      value=${value%"${value##*[![:space:]]}"}
    fi
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

# What no part could start with, or would start with and do nothing.
check_settings() {
  local part other port name
  for part in $parts; do
    port=$(port_of "$part")
    name=$(port_name "$part")
    if ! [[ $port =~ ^[1-9][0-9]{0,4}$ ]] || [ "$port" -gt 65535 ]; then
      die "$name is not a port: $port" 'It has to be a number from 1 to 65535.'
    fi
    for other in $parts; do
      [ "$other" = "$part" ] || [ "$(port_of "$other")" != "$port" ] ||
        die "$name and $(port_name "$other") are both $port" 'Each part needs a port of its own.'
    done
  done
  [[ ${PROMETHEUS_RETENTION:-200h} =~ ^([0-9]+(ms|[smhdwy]))+$ ]] ||
    die "PROMETHEUS_RETENTION is not a duration: $PROMETHEUS_RETENTION" 'Such as 200h or 60d.'
  [[ $prometheus_url =~ ^https?://. ]] || die "ROAM_PROMETHEUS_URL is not a URL: $prometheus_url" 'Such as http://localhost:9090.'
  [[ $alertmanager_url =~ ^https?://. ]] || die "ROAM_ALERTMANAGER_URL is not a URL: $alertmanager_url" 'Such as http://localhost:9093.'
  [ -r "$ROAM_TARGETS/roam.yml" ] || die "no list of Roams to scrape: $ROAM_TARGETS/roam.yml cannot be read" \
    'ROAM_TARGETS has to name a directory that holds all files of monitoring/prometheus/targets/: copy that, then edit.'
}

port_name() { tr 'a-z-' 'A-Z_' <<<"ROAM_$1_PORT"; }

# Scraping fails without it, in Prometheus's words; here it can be said what makes it.
check_authority() {
  local why='is empty, or is not there'
  if [ -f "$ROAM_CA" ] && [ -s "$ROAM_CA" ]; then
    grep -q -e '-----BEGIN CERTIFICATE-----' "$ROAM_CA" 2>/dev/null && return
    why='holds no certificate in PEM'
    [ -r "$ROAM_CA" ] || why='may not be read by this user'
  fi
  die "no certificate authority to trust Roam with: $ROAM_CA $why" \
    'npm start makes the development authority, certs/dev-ca.pem: start Roam once, then this again.' \
    'With certificates of your own, set ROAM_CA to the authority that signed them;' \
    'for public ones: ROAM_CA=/etc/ssl/certs/ca-certificates.crt'
}
