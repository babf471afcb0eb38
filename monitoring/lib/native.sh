# shellcheck shell=bash
# The stack without containers: programs of this machine with the same files, state under .monitoring/.

# The first name that is on PATH.
program_of() {
  case $1 in
  prometheus) command -v prometheus ;;
  alertmanager) command -v alertmanager || command -v prometheus-alertmanager ;;
  node-exporter) command -v node_exporter || command -v prometheus-node-exporter ;;
  # Its packages put it where PATH of ordinary users does not look.
  grafana) PATH=$PATH:/usr/sbin command -v grafana || PATH=$PATH:/usr/sbin command -v grafana-server ;;
  esac
}

where_to_get() {
  case $1 in
  prometheus) echo 'Debian, Ubuntu: apt install prometheus; macOS: brew install prometheus; https://prometheus.io/download/' ;;
  alertmanager) echo 'Debian, Ubuntu: apt install prometheus-alertmanager; https://prometheus.io/download/' ;;
  node-exporter) echo 'Debian, Ubuntu: apt install prometheus-node-exporter; macOS: brew install node_exporter' ;;
  grafana) echo 'no package in Debian: https://grafana.com/grafana/download; macOS: brew install grafana' ;;
  esac
}

without() {
  case $1 in
  alertmanager) echo 'nobody is notified; alerts are seen in Prometheus only' ;;
  node-exporter) echo 'nothing is known about this host: panels about it stay empty, UdpReceiveDrops cannot fire' ;;
  grafana) echo 'no dashboards' ;;
  esac
}

# Somebody else's stack can be neither seen nor ended, and two of them would fight for the ports.
check_state() {
  [ -d "$state" ] || return 0
  [ -r "$state" ] && [ -w "$state" ] && [ -x "$state" ] && return
  die "$state belongs to another user" \
    'Run this as the user who started the stack (sudo -u NAME), or from a copy of your own.'
}

# One at a time: two that start at once would start each part twice.
take_turn() {
  local turn=$state/run/turn owner told=no deadline=$((SECONDS + 180))
  until ln -s "$$ $(birth_of $$)" "$turn" 2>/dev/null; do
    owner=$(readlink "$turn")
    if [ -n "$owner" ] && [ "${owner#* }" != "$(birth_of "${owner%% *}")" ]; then
      rm -f "$turn"
      continue
    fi
    [ "$SECONDS" -lt "$deadline" ] || die "another ./start-monitoring.sh (process ${owner%% *}) is at work and does not end" \
      "End it: kill ${owner%% *}; then this again."
    [ "$told" = yes ] || say "another ./start-monitoring.sh (process ${owner%% *}) is at work: waiting for it"
    told=yes
    sleep 0.3
  done
  trap 'rm -f "$state/run/turn"' EXIT
}

start_native() {
  local part
  [ -z "$why_no_containers" ] || say "$why_no_containers"
  say "starting without containers; data, logs and process ids are in ${state#"$PWD"/}/"
  program_of prometheus >/dev/null || die 'prometheus is not on PATH, and without it there is no monitoring' \
    "$(where_to_get prometheus)" 'Or start a Docker engine: then this script uses containers.'

  mkdir -p "$state"/{prometheus,alertmanager,data,log,run} 2>/dev/null ||
    die "cannot write to $state: data, logs and process ids are to lie there" \
      'Run this as the owner of the folder, or from a copy of your own in a place that can be written to.'
  chmod 700 "$state"
  take_turn

  # Before anything is started: a stack that is there by half confuses.
  for part in $parts; do
    if is_running "$part" || ! program_of "$part" >/dev/null || serves_already "$part"; then continue; fi
    require_free_port "$part"
  done

  link_configuration
  /bin/sh monitoring/alertmanager/render.sh "$state/alertmanager" || die 'the settings of Alertmanager are wrong'

  for part in $parts; do
    if serves_already "$part"; then
      say "$part runs already, started by somebody else: it is used"
    elif program_of "$part" >/dev/null; then
      start_part "$part"
    else
      warn "WARNING: $part is missing: $(without "$part")"
      warn "         $(where_to_get "$part")"
    fi
  done
  reload_parts
}

# The configuration's files under one roof, as prometheus.yml expects them. Links: what is edited is what is read.
link_configuration() {
  local name
  for name in prometheus.yml rules consoles; do
    ln -sfn "$PWD/monitoring/prometheus/$name" "$state/prometheus/$name"
  done
  ln -sfn "$ROAM_TARGETS" "$state/prometheus/targets"
  ln -sfn "$ROAM_CA" "$state/prometheus/roam-ca.pem"
}

# Fills `arguments`.
arguments_of() {
  case $1 in
  prometheus)
    arguments=(
      "--config.file=$state/prometheus/prometheus.yml"
      "--storage.tsdb.path=$state/data/prometheus"
      "--storage.tsdb.retention.time=${PROMETHEUS_RETENTION:-200h}"
      "--web.listen-address=127.0.0.1:$prometheus_port"
      "--web.external-url=$prometheus_url"
      --web.route-prefix=/
      --web.enable-lifecycle
      "--web.console.templates=$state/prometheus/consoles"
      "--web.console.libraries=$state/prometheus/consoles"
    )
    ;;
  alertmanager)
    arguments=(
      "--config.file=$state/alertmanager/alertmanager.yml"
      "--storage.path=$state/data/alertmanager"
      "--web.listen-address=127.0.0.1:$alertmanager_port"
      "--web.external-url=$alertmanager_url"
      --web.route-prefix=/
      --cluster.listen-address=
    )
    ;;
  node-exporter)
    # Debian switches the systemd collector on, which complains every 15 s where there is no systemd.
    arguments=("--web.listen-address=127.0.0.1:$node_exporter_port" --no-collector.systemd)
    ;;
  grafana)
    arguments=(server --homepath "$(grafana_home)")
    # The older program is the server alone.
    case $(program_of grafana) in */grafana-server) arguments=("${arguments[@]:1}") ;; esac
    ;;
  esac
}

# Where its own files are: beside the program in an archive, in a shared folder in a package.
grafana_home() {
  local program home
  program=$(readlink -f "$(program_of grafana)")
  for home in "${program%/*/*}" /usr/share/grafana /usr/local/share/grafana /opt/homebrew/share/grafana; do
    [ -f "$home/conf/defaults.ini" ] && break
  done
  echo "$home"
}

# What docker-compose.monitoring.yml sets too.
grafana_environment() {
  export GF_SERVER_HTTP_ADDR=127.0.0.1
  export GF_SERVER_HTTP_PORT=$grafana_port
  export GF_SECURITY_ADMIN_USER=admin
  export GF_SECURITY_ADMIN_PASSWORD=${GF_SECURITY_ADMIN_PASSWORD:-admin123}
  export GF_USERS_ALLOW_SIGN_UP=false
  export GF_DASHBOARDS_MIN_REFRESH_INTERVAL=5s
  export GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH=$PWD/monitoring/grafana/dashboards/roam-overview.json
  export GF_ANALYTICS_REPORTING_ENABLED=false
  export GF_ANALYTICS_CHECK_FOR_UPDATES=false
  export GF_ANALYTICS_CHECK_FOR_PLUGIN_UPDATES=false
  export GF_PLUGINS_PREINSTALL_DISABLED=true
  export GF_PATHS_DATA=$state/data/grafana
  export GF_PATHS_LOGS=$state/log
  export GF_PATHS_PLUGINS=$state/data/grafana/plugins
  export GF_PATHS_PROVISIONING=$PWD/monitoring/grafana/provisioning
  export GF_LOG_MODE=console
  export ROAM_DASHBOARDS=$PWD/monitoring/grafana/dashboards
  export ROAM_PROMETHEUS_PORT=$prometheus_port
  export ROAM_ALERTMANAGER_PORT=$alertmanager_port
}

start_part() {
  local part=$1 arguments=() command pid before
  arguments_of "$part"
  command="$(program_of "$part") ${arguments[*]}"
  # Grafana has its settings from the environment; a changed port is a changed setting there too.
  [ "$part" = grafana ] && command+=" # ports $grafana_port $prometheus_port $alertmanager_port"
  if is_running "$part"; then
    if [ "$command" = "$(cat "$state/run/$part.command")" ]; then
      await_ready "$part" 30 is_running "$part" && say "$part runs already (process $(pid_of "$part"))" && return
      show_log "$part" 0
      die "$part runs (process $(pid_of "$part")), but does not answer" \
        "Above: the end of ${state#"$PWD"/}/log/$part.log. If it stays so: ./start-monitoring.sh --down, then this again."
    fi
    say "$part has new settings: it is started anew"
    stop_part "$part"
  fi
  before=$(log_size "$part")
  # Of its own process group: Ctrl-C is meant for this script.
  set -m
  (
    [ "$part" = grafana ] && grafana_environment
    exec nohup "$(program_of "$part")" "${arguments[@]}" </dev/null >>"$state/log/$part.log" 2>&1
  ) &
  pid=$!
  set +m
  disown "$pid"
  printf '%s\n' "$command" >"$state/run/$part.command"
  printf '%s %s\n' "$pid" "$(birth_of "$pid")" >"$state/run/$part.pid"
  await_ready "$part" 60 is_running "$part" && say "$part is ready (process $pid)" && return
  show_log "$part" "$before"
  die "$part did not become ready" \
    "Above: what it complains of; all of it: ${state#"$PWD"/}/log/$part.log. Mend that, then ./start-monitoring.sh again."
}

log_size() {
  local size
  size=$(wc -c 2>/dev/null <"$state/log/$1.log") && echo $((size)) || echo 0
}

# show_log PART BYTES: what it wrote after the first BYTES. Complaints, without the list of options that follows on a wrong
# one; if it did not complain, the end.
show_log() {
  local log=$state/log/$1.log complaints
  complaints=$(tail -c "+$(($2 + 1))" "$log" | sed -e '/^usage:/,$d' | grep -viE 'level="?(debug|info)' | tail -n 15)
  if [ -n "$complaints" ]; then printf '%s\n' "$complaints"; else tail -n 15 "$log"; fi >&2
}

# When a process began: a process id alone may be somebody else's by now.
birth_of() {
  local stat
  if stat=$(cat "/proc/$1/stat" 2>/dev/null); then
    # The second field, the name, may hold spaces.
    stat=${stat##*) }
    # Ended, but not yet seen to by its parent.
    case $stat in [ZX]*) return 1 ;; esac
    cut -d ' ' -f 20 <<<"$stat"
  else
    LC_ALL=C ps -o lstart= -p "$1" 2>/dev/null | tr -s ' ' _
  fi
}

pid_of() {
  local pid birth
  read -r pid birth 2>/dev/null <"$state/run/$1.pid" || return 1
  [ -n "$birth" ] && [ "$birth" = "$(birth_of "$pid")" ] && echo "$pid"
}

is_running() { pid_of "$1" >/dev/null; }

any_native() {
  local part
  for part in $parts; do is_running "$part" && return; done
  return 1
}

# Debian starts a node-exporter when it is installed; a second one would tell the same.
serves_already() { [ "$1" = node-exporter ] && ! is_running "$1" && is_ready "$1"; }

stop_part() {
  local pid deadline=$((SECONDS + 30))
  pid=$(pid_of "$1") || return 0
  kill "$pid"
  while is_running "$1" && [ "$SECONDS" -lt "$deadline" ]; do sleep 0.2; done
  is_running "$1" && die "$1 (process $pid) does not end" "If you want it to lose its last minutes of data: kill -9 $pid"
  rm -f "$state/run/$1.pid" "$state/run/$1.command"
}

down_native() {
  local part ended=no
  [ ! -d "$state/run" ] || take_turn
  # Backwards: whoever sends ends before whoever receives.
  for part in grafana node-exporter prometheus alertmanager; do
    is_running "$part" || continue
    stop_part "$part"
    say "$part ended"
    ended=yes
  done
  if [ "$ended" = yes ]; then say "the data stay in ${state#"$PWD"/}/data"; else say 'nothing was running'; fi
}
