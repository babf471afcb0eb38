# shellcheck shell=bash
# Questions to the parts over HTTP. Answers are JSON of a known shape; sed reads them, so that no further program is needed.

ask() { curl -fsS --max-time 5 "$@" 2>/dev/null; }

base_of() { echo "http://127.0.0.1:$(port_of "$1")"; }

is_ready() {
  case $1 in
  prometheus | alertmanager) ask -o /dev/null "$(base_of "$1")/-/ready" ;;
  grafana) ask "$(base_of "$1")/api/health" | grep '"database": *"ok"' >/dev/null ;;
  node-exporter) ask "$(base_of "$1")/metrics" | grep '^node_exporter_build_info' >/dev/null ;;
  esac
}

version_of() {
  case $1 in
  prometheus) ask "$(base_of "$1")/api/v1/status/buildinfo" | sed -n 's/.*"version":"\([^"]*\)".*/\1/p' ;;
  alertmanager) ask "$(base_of "$1")/api/v2/status" | sed -n 's/.*"version":"\([^"]*\)".*/\1/p' ;;
  grafana) ask "$(base_of "$1")/api/health" | sed -n 's/.*"version": *"\([^"]*\)".*/\1/p' ;;
  node-exporter) ask "$(base_of "$1")/metrics" | sed -n 's/^node_exporter_build_info.*[{,]version="\([^"]*\)".*/\1/p' ;;
  esac
}

# JSON from stdin, a new line in front of each $1. (Not every sed reads \n in a replacement.)
lines_at() { sed "s/$1/\\
&/g"; }

# An instant query: a line for each series.
query() {
  ask -G --data-urlencode "query=$1" "$(base_of prometheus)/api/v1/query" |
    lines_at '{"metric":' | grep '^{"metric":'
}
label() { sed -n "s/.*[{,]\"$1\":\"\([^\"]*\)\".*/\1/p"; }
value() { sed -n 's/.*"value":\[[^,]*,"\([^"]*\)"\].*/\1/p'; }

# What Prometheus is to scrape: a line for each target. Other than `up` it holds nothing of an earlier run.
targets() {
  ask "$(base_of prometheus)/api/v1/targets?state=active" | lines_at '{"discoveredLabels"' | grep '^{"discoveredLabels"'
}
roam_targets() { targets | grep -F '"scrapePool":"roam"'; }
# Why the last scrape of a target failed, in Prometheus's words.
scrape_error() { sed -nE 's/.*"lastError":"(([^"\\]|\\.)*)".*/\1/p' | sed 's/\\"/"/g'; }

# Whether anything listens on a port of this machine.
listens() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# The program that has a port, as far as this user may know.
holder() {
  if command -v ss >/dev/null; then
    ss -ltnp "sport = :$1" 2>/dev/null | sed -n 's/.*users:(("\([^"]*\)",pid=\([0-9]*\).*/\1 (process \2)/p' | head -n 1
  elif command -v lsof >/dev/null; then
    lsof -nP -iTCP:"$1" -sTCP:LISTEN -Fpc 2>/dev/null | sed -n -e 's/^p//p' -e 's/^c//p' | paste -s -d ' ' -
  fi
}

# await_ready PART SECONDS [command that tells whether there is still hope]
await_ready() {
  local part=$1 deadline=$((SECONDS + $2))
  shift 2
  until is_ready "$part"; do
    [ "$SECONDS" -lt "$deadline" ] || return 1
    [ $# -eq 0 ] || "$@" || return 1
    sleep 0.3
  done
}
