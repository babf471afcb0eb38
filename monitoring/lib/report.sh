# shellcheck shell=bash
# What is common to both ways of running, and what the operator gets to see at the end.

require_free_port() {
  local port who service
  port=$(port_of "$1")
  listens "$port" || return 0
  who=$(holder "$port")
  service=$1
  case $1 in alertmanager | node-exporter) service=prometheus-$1 ;; esac
  [ "$1" = grafana ] && service=grafana-server
  die "port $port, where $1 is to listen, is taken${who:+ by $who}" \
    "A service of the system? sudo systemctl disable --now $service" \
    "Another port: $(tr 'a-z-' 'A-Z_' <<<"ROAM_$1_PORT") and the addresses in ROAM_TARGETS (monitoring/example.env)"
}

# Rules, scrape jobs, routes: what may have been edited since.
reload_parts() {
  local part answer
  for part in prometheus alertmanager; do
    is_ready "$part" || continue
    answer=$(curl -sS --max-time 30 -X POST "$(base_of "$part")/-/reload" 2>&1)
    [ -z "$answer" ] || die "$part refuses its configuration and goes on with the former one" "$answer"
  done
}

show_addresses() {
  say
  is_ready grafana && say "  Grafana       http://localhost:$grafana_port (admin)"
  say "  Prometheus    $prometheus_url"
  is_ready alertmanager && say "  Alertmanager  $alertmanager_url"
  say "  Runbook       $prometheus_url/consoles/runbook.html"
  say '  Roam          https://localhost:9443'
  say
}

# Asked, not guessed: the setting counts only at Grafana's first start.
warn_default_password() {
  ask -o /dev/null -u admin:admin123 "$(base_of grafana)/api/user" || return 0
  warn '*****************************************************************************************'
  warn '  WARNING: everybody knows the password of Grafana: admin / admin123.'
  warn '  Change it: Grafana, Profile, Change password; before the first start it can be set with'
  warn '  GF_SECURITY_ADMIN_PASSWORD.'
  warn '*****************************************************************************************'
}

# Waits for the first scrapes of every Roam. Exit code 0 or 3.
await_roam() {
  local deadline=$((SECONDS + 30)) failing='' instances down
  while :; do
    instances=$(query 'count(up{job="roam"})' | value)
    down=$(query 'up{job="roam"} == 0')
    if [ -n "$instances" ] && [ -z "$down" ]; then
      say "Prometheus reads the metrics of Roam ($instances of $instances)."
      return 0
    fi
    # A Roam that is just starting gets two more scrapes.
    if [ -n "$down" ] && [ -z "$failing" ]; then
      failing=yes
      deadline=$((SECONDS + 10))
    fi
    [ "$SECONDS" -lt "$deadline" ] || break
    sleep 0.5
  done
  explain_roam "$down"
  return 3
}

explain_roam() {
  local instance
  warn 'The stack runs, but Prometheus cannot read the metrics of Roam:'
  if [ -z "$1" ]; then
    warn "  no target in $ROAM_TARGETS/roam.yml"
    return
  fi
  label instance <<<"$1" | while IFS= read -r instance; do
    error=$(scrape_error "$instance")
    warn "  $instance: ${error:-no answer}"
    case $error in
    *'connection refused'*) warn '    Roam does not run there. npm start; nothing has to be done here.' ;;
    *x509* | *certificate*) warn "    $ROAM_CA did not sign its certificate, or the name is not in it: set ROAM_CA." ;;
    *'HTTP status 404'*) warn '    metrics.allow of Roam does not name the address that Prometheus comes from.' ;;
    *'no such host'*) warn '    The name cannot be resolved on this machine.' ;;
    *'deadline exceeded'*) warn '    No answer in time: a firewall, or an overloaded Roam.' ;;
    esac
  done
}

# Exit codes as of a start.
show_status() {
  local part running line broken=no
  printf '%-14s %-16s %-6s %-10s %s\n' PART RUNNING READY VERSION ADDRESS
  for part in $parts; do
    running=no
    if [ "$mode" = containers ]; then
      [ -n "$(container_of "$part")" ] && running=container
    elif is_running "$part"; then
      running="process $(pid_of "$part")"
    elif serves_already "$part"; then
      running=elsewhere
    elif ! program_of "$part" >/dev/null; then
      running='not installed'
    fi
    if [ "$running" != no ] && [ "$running" != 'not installed' ] && is_ready "$part"; then
      printf '%-14s %-16s %-6s %-10s %s\n' "$part" "$running" yes "$(version_of "$part")" "http://localhost:$(port_of "$part")"
    else
      printf '%-14s %-16s %-6s\n' "$part" "$running" no
      case $running in no | 'not installed') ;; *) broken=yes ;; esac
    fi
  done
  is_ready prometheus || {
    say
    say 'Prometheus does not run: ./start-monitoring.sh starts it.'
    return 1
  }

  say
  printf '%-14s %-28s %s\n' JOB INSTANCE SCRAPED
  query 'sort_desc(up)' | while IFS= read -r line; do
    printf '%-14s %-28s ' "$(label job <<<"$line")" "$(label instance <<<"$line")"
    if [ "$(value <<<"$line")" = 1 ]; then say yes; else say "no: $(scrape_error "$(label instance <<<"$line")")"; fi
  done

  say
  say "Alerts firing: $(query 'count(ALERTS{alertstate="firing",severity!="none"}) or vector(0)' | value)"
  query 'count by (alertname, severity) (ALERTS{alertstate="firing",severity!="none"})' | while IFS= read -r line; do
    printf '  %-10s %s (%s)\n' "$(label severity <<<"$line")" "$(label alertname <<<"$line")" "$(value <<<"$line")"
  done

  [ "$broken" = no ] || return 1
  [ -n "$(query 'up{job="roam"}')" ] && [ -z "$(query 'up{job="roam"} == 0')" ] && return 0
  return 3
}
