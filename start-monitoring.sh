#!/usr/bin/env bash
# Starts the monitoring stack and checks that it works, down to Prometheus reading Roam's /metrics. --help tells the rest.
set -uo pipefail
unset CDPATH
cd -- "$(dirname -- "${BASH_SOURCE[0]}")" || exit 1
# Called by a link, such as one in ~/bin: the files are where it leads to.
if [ ! -d monitoring/lib ]; then
  cd -- "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]##*/}")")" || exit 1
fi

# shellcheck source=monitoring/lib/settings.sh
. monitoring/lib/settings.sh
# shellcheck source=monitoring/lib/ask.sh
. monitoring/lib/ask.sh
# shellcheck source=monitoring/lib/containers.sh
. monitoring/lib/containers.sh
# shellcheck source=monitoring/lib/native.sh
. monitoring/lib/native.sh
# shellcheck source=monitoring/lib/report.sh
. monitoring/lib/report.sh

usage() {
  cat <<'TEXT'
Usage: ./start-monitoring.sh [--native] [--status | --down | --help]

Starts Prometheus, Alertmanager, Grafana and node-exporter, waits until they are ready, and checks that Prometheus
reads Roam's metrics. Run it again at any time: what runs is left running, and configuration is read anew.

  --native   without containers, with the programs on PATH, even where a Docker engine answers
  --status   what runs, in which version, which targets are up, which alerts fire
  --down     ends all of it; the data stay
  --help     this text

It uses `docker compose` or `docker-compose` where a Docker engine answers, else the programs prometheus,
alertmanager, node_exporter and grafana; of those only prometheus has to be there.

Settings come from the environment or the file .env: monitoring/example.env lists them. Without containers, data,
logs and process ids are in .monitoring/.

Exit code: 0 all is well; 1 it does not run; 2 wrong usage; 3 it runs, but Prometheus cannot read Roam's metrics (Roam
may be started afterwards: nothing else is needed).
TEXT
}

action=start
force_native=no
for argument in "$@"; do
  case $argument in
  --native) force_native=yes ;;
  --status | --down) action=${argument#--} ;;
  --help | -h)
    usage
    exit 0
    ;;
  *)
    warn "unknown option: $argument"
    usage >&2
    exit 2
    ;;
  esac
done

command -v curl >/dev/null || die "curl is missing: it asks the parts whether they are ready. Debian, Ubuntu: apt install curl"

# What was started without containers is looked after without containers.
mode=native
if [ "$force_native" = no ] && ! any_native && find_compose; then mode=containers; fi

[ "$mode" = containers ] || check_state

case $action in
status)
  show_status
  exit
  ;;
down)
  if [ "$mode" = containers ]; then down_containers; else down_native; fi
  exit
  ;;
esac

check_settings
check_authority
if [ "$mode" = containers ]; then start_containers; else start_native; fi
show_addresses
warn_default_password
await_roam
