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

start_native() {
  local part
  [ "$engine_seen" = silent ] && say 'Docker is installed, but no engine answers.'
  say "starting without containers; data, logs and process ids are in ${state#"$PWD"/}/"
  program_of prometheus >/dev/null || die 'prometheus is not on PATH, and without it there is no monitoring' \
    "$(where_to_get prometheus)" 'Or start a Docker engine: then this script uses containers.'

  # Before anything is started: a stack that is there by half confuses.
  for part in $parts; do
    if is_running "$part" || ! program_of "$part" >/dev/null || serves_already "$part"; then continue; fi
    require_free_port "$part"
  done

  mkdir -p "$state"/{prometheus,alertmanager,data,log,run} || die "cannot write to $state"
  chmod 700 "$state"
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
  local part=$1 arguments=() command pid
  arguments_of "$part"
  command="$(program_of "$part") ${arguments[*]}"
  # Grafana has its settings from the environment; a changed port is a changed setting there too.
  [ "$part" = grafana ] && command+=" # ports $grafana_port $prometheus_port $alertmanager_port"
  if is_running "$part"; then
    if [ "$command" = "$(cat "$state/run/$part.command")" ]; then
      say "$part runs already (process $(pid_of "$part"))"
      return
    fi
    say "$part has new settings: it is started anew"
    stop_part "$part"
  fi
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
  tail -n 15 "$state/log/$part.log" >&2
  die "$part did not become ready" "Above: the end of ${state#"$PWD"/}/log/$part.log"
}

# When a process began: a process id alone may be somebody else's by now.
birth_of() {
  local stat
  if stat=$(cat "/proc/$1/stat" 2>/dev/null); then
    # The 22nd field; the second one, the name, may hold spaces.
    echo "${stat##*) }" | cut -d ' ' -f 20
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
  # Backwards: whoever sends ends before whoever receives.
  for part in grafana node-exporter prometheus alertmanager; do
    is_running "$part" || continue
    stop_part "$part"
    say "$part ended"
    ended=yes
  done
  if [ "$ended" = yes ]; then say "the data stay in ${state#"$PWD"/}/data"; else say 'nothing was running'; fi
}
