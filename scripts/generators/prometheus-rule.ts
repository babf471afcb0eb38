/** The rules as the Prometheus Operator takes them: monitoring/kubernetes/prometheus-rule.yml. */
import { dump } from 'js-yaml'
import { ruleGroups } from '../../monitoring/rules/render.ts'

const HEADER = `# Generated from monitoring/rules/ by npm run generate. Do not edit.
#
# For the Prometheus Operator: the rules of monitoring/prometheus/rules/ as one resource. runbook_url points to a page
# that Prometheus serves (monitoring/prometheus/consoles/), which has to be mounted there: spec.volumes and
# spec.volumeMounts of the Prometheus resource, --web.console.templates in spec.additionalArgs. dashboard_url begins with the
# external label grafana_url: spec.externalLabels. kube-prometheus-stack reads only what also has the label release, with the
# name of its own release; the service monitor too.
`

export function prometheusRule(): string {
  const { recording, alerts } = ruleGroups()
  return (
    HEADER +
    dump(
      {
        apiVersion: 'monitoring.coreos.com/v1',
        kind: 'PrometheusRule',
        metadata: { name: 'roam', labels: { 'app.kubernetes.io/name': 'roam' } },
        spec: { groups: [...recording, ...alerts] },
      },
      { lineWidth: 110 },
    )
  )
}
