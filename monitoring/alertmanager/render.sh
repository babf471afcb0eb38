#!/bin/sh
# Writes the Alertmanager configuration that this environment asks for into a directory: alertmanager.yml as it lies
# beside this script, with the ways to reach people below its receivers. In containers and without them.
# The variables: monitoring/example.env. The result holds passwords; only its owner may read it.
set -eu
umask 077

here=$(cd "$(dirname "$0")" && pwd)
into=${1:?usage: render.sh DIRECTORY}

fail() {
  printf 'alertmanager: %s\n' "$1" >&2
  exit 1
}

# A value as a YAML string in single quotes, on one line: no setting can add lines of its own to the file.
quoted() {
  printf "'%s'" "$(printf '%s' "$1" | tr '\n\r' '  ' | sed "s/'/''/g")"
}

email() {
  [ -n "${ROAM_ALERT_EMAIL_TO:-}" ] || return 0
  case ${ROAM_SMTP_HOST:-} in
  ?*:?*) ;;
  '') fail 'ROAM_ALERT_EMAIL_TO is set, ROAM_SMTP_HOST (host:port of the mail server) is not' ;;
  *) fail "ROAM_SMTP_HOST needs a port, such as $ROAM_SMTP_HOST:587" ;;
  esac
  case ${ROAM_SMTP_REQUIRE_TLS:-true} in
  true | false) ;;
  *) fail "ROAM_SMTP_REQUIRE_TLS is neither true nor false: $ROAM_SMTP_REQUIRE_TLS" ;;
  esac
  printf '    email_configs:\n'
  printf '      - to: %s\n' "$(quoted "$ROAM_ALERT_EMAIL_TO")"
  printf '        from: %s\n' "$(quoted "${ROAM_SMTP_FROM:-$ROAM_ALERT_EMAIL_TO}")"
  printf '        smarthost: %s\n' "$(quoted "$ROAM_SMTP_HOST")"
  if [ -n "${ROAM_SMTP_USER:-}" ]; then
    printf '        auth_username: %s\n' "$(quoted "$ROAM_SMTP_USER")"
    printf '        auth_password: %s\n' "$(quoted "${ROAM_SMTP_PASSWORD:-}")"
  fi
  # Without it a mail server that offers no TLS is refused: a relay on this very machine may have none.
  printf '        require_tls: %s\n' "${ROAM_SMTP_REQUIRE_TLS:-true}"
  cat <<'YAML'
        send_resolved: true
        headers:
          Subject: '{{ template "roam.subject" . }}'
        text: '{{ template "roam.email.text" . }}'
        html: '{{ template "roam.email.html" . }}'
YAML
}

slack() {
  [ -n "${ROAM_SLACK_WEBHOOK_URL:-}" ] || return 0
  printf '    slack_configs:\n'
  printf '      - api_url: %s\n' "$(quoted "$ROAM_SLACK_WEBHOOK_URL")"
  if [ -n "${ROAM_SLACK_CHANNEL:-}" ]; then
    printf '        channel: %s\n' "$(quoted "$ROAM_SLACK_CHANNEL")"
  fi
  cat <<'YAML'
        send_resolved: true
        color: '{{ template "roam.slack.color" . }}'
        title: '{{ template "roam.subject" . }}'
        title_link: '{{ .ExternalURL }}'
        text: '{{ template "roam.slack.text" . }}'
YAML
}

# webhook URL [true|false: whether it is told when the alert is over]
webhook() {
  [ -n "$1" ] || return 0
  printf '    webhook_configs:\n'
  printf '      - url: %s\n' "$(quoted "$1")"
  printf '        send_resolved: %s\n' "$2"
}

mkdir -p "$into"
ln -sfn "$here/templates" "$into/templates"
while IFS= read -r line; do
  printf '%s\n' "$line"
  case $line in
  '  - name: team')
    email
    slack
    webhook "${ROAM_ALERT_WEBHOOK_URL:-}" true
    ;;
  '  - name: watchdog') webhook "${ROAM_WATCHDOG_URL:-}" false ;;
  esac
done <"$here/alertmanager.yml" >"$into/alertmanager.yml.new"
# At once: Alertmanager may be reading it.
mv "$into/alertmanager.yml.new" "$into/alertmanager.yml"
