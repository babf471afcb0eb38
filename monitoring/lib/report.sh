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
    "Another port: $(port_name "$1") and the addresses in ROAM_TARGETS (monitoring/example.env)"
}

# Rules, scrape jobs, routes: what may have been edited since.
reload_parts() {
  local part answer before
  for part in prometheus alertmanager; do
    is_ready "$part" || continue
    before=$([ "$mode" = containers ] || log_size "$part")
    answer=$(curl -sS --max-time 30 -X POST "$(base_of "$part")/-/reload" 2>&1)
    [ -n "$answer" ] || continue
    if [ "$mode" = containers ]; then "${compose[@]}" logs --tail 5 "$part" >&2; else show_log "$part" "$before"; fi
    die "$part refuses its configuration and goes on with the former one" "$answer" \
      'Above: its log, with file and line. Mend that, then ./start-monitoring.sh again.'
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

# Waits until every Roam has been scraped after this moment: what Prometheus knows from before says nothing about the
# configuration that it has now. Exit code 0 or 3.
await_roam() {
  local since deadline=$((SECONDS + 30)) failing='' wanted up down
  since=$(date +%s)
  while :; do
    wanted=$(roam_targets | grep -c .)
    up=$(query "count(up{job=\"roam\"} == 1 and timestamp(up) >= $since)" | value)
    down=$(query "up{job=\"roam\"} == 0 and timestamp(up) >= $since")
    if [ "$wanted" -gt 0 ] && [ "$wanted" = "$up" ]; then
      say "Prometheus reads the metrics of Roam ($up of $wanted)."
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
  explain_roam
  return 3
}

explain_roam() {
  local line error
  if ! is_ready prometheus; then
    warn 'Prometheus does not answer any more: ./start-monitoring.sh --status'
    return
  fi
  warn 'The stack runs, but Prometheus cannot read the metrics of Roam:'
  if [ -z "$(roam_targets)" ]; then
    warn "  $ROAM_TARGETS/roam.yml names no target that Prometheus understands."
    return
  fi
  roam_targets | while IFS= read -r line; do
    [ "$(label health <<<"$line")" != up ] || continue
    error=$(scrape_error <<<"$line")
    warn "  $(label instance <<<"$line"): ${error:-no answer yet}"
    case $error in
    *'connection refused'*) warn '    Roam does not run there. npm start; nothing has to be done here.' ;;
    *'expired or is not yet valid'*) warn '    Renew its certificate and restart Roam, or set the clock of this machine right.' ;;
    *x509* | *certificate*) warn "    $ROAM_CA did not sign its certificate, or the name is not in it: set ROAM_CA." ;;
    *'HTTP status 404'*) warn '    metrics.allow of Roam does not name the address that Prometheus comes from.' ;;
    *'no such host'*) warn '    The name cannot be resolved on this machine.' ;;
    *'deadline exceeded'*) warn '    No answer in time: a firewall, or an overloaded Roam.' ;;
    esac
  done
}

# Exit codes as of a start.
show_status() {
  local part running line scraped broken=no
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
  targets | while IFS= read -r line; do
    case $(label health <<<"$line") in
    up) scraped=yes ;;
    down) scraped="no: $(scrape_error <<<"$line")" ;;
    *) scraped='not yet' ;;
    esac
    printf '%-14s %-28s %s\n' "$(label job <<<"$line")" "$(label instance <<<"$line")" "$scraped"
  done | LC_ALL=C sort

  say
  say "Alerts firing: $(query 'count(ALERTS{alertstate="firing",severity!="none"}) or vector(0)' | value)"
  query 'count by (alertname, severity) (ALERTS{alertstate="firing",severity!="none"})' | while IFS= read -r line; do
    printf '  %-10s %s (%s)\n' "$(label severity <<<"$line")" "$(label alertname <<<"$line")" "$(value <<<"$line")"
  done

  [ "$broken" = no ] || return 1
  [ -n "$(roam_targets)" ] && ! roam_targets | grep -v '"health":"up"' >/dev/null && return 0
  return 3
}
