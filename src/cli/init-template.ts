/** What `roam init` writes: every decision an operator has to take, with the defaults of the rest shown commented out. */

/** `schema`: where an editor finds roam.schema.json, seen from the file. */
export function configTemplate(schema: string): string {
  return `# yaml-language-server: $schema=${schema}
#
# Roam configuration. Every key is explained in docs/CONFIG.md; "roam check" says what is wrong with this file.
# Lines that are commented out show the default.

listeners:
  - address: :9443                    # every address, TCP and UDP on the same port
    protocols: [h3, h2, http/1.1]
    certificates:
      - { cert: certs/site.pem, key: certs/site-key.pem }   # several: chosen by server name (SNI)
    altSvc: { maxAge: 24h }           # tells browsers that HTTP/3 is here; advertisedPort where a NAT changes the port
  - address: :8080                    # plain HTTP/1.1
    protocols: [http/1.1]
    # redirectToHttps: off

# quic:
#   congestionControl: cubic          # or reno, bbr
#   maxIdleTimeout: 30s
#   addressValidation: auto           # Retry under load; or always, off
#   earlyData: off                    # 0-RTT can be replayed

pools:
  moodle:
    policy: least-requests            # or round-robin
    backends:
      - { id: moodle-1, url: "http://127.0.0.1:8001" }
      - { id: moodle-2, url: "http://127.0.0.1:8002" }
      # each with weight 1 and maxRequests 1000, unless you say otherwise
    health:
      path: /admin/tool/heartbeat/    # the Moodle plugin tool_heartbeat; without it a static file
      # host: moodle.example.org      # Moodle answers only to its own name
      # interval: 15s
      # timeout: 5s
      # unhealthyAfter: 2
      # healthyAfter: 2
      # expectStatus: [200]
    # breaker: { errorThreshold: 50%, window: 10s, minimumRequests: 10, resetAfter: 10s }
    # retries: { attempts: 1, budget: 20% }
    # timeouts: { connect: 2s, firstByte: 130s, idle: 60s }    # Moodle waits up to 120 s for a session's lock

routes:
  - { host: "*", path: /, pool: moodle }      # maxBody, such as 2GB, limits uploads; PHP has a limit of its own

# Proxies in front of Roam whose X-Forwarded-* fields are believed.
# trustedProxies: []

# metrics:
#   path: /metrics
#   healthPath: /healthz              # 200: the process is alive
#   readyPath: /readyz                # 200: at least one backend can take a request
#   allow: [loopback, private]        # clients that may read these three
#   updateInterval: 10s

# Names for client networks, at most 8: the label "network" of the transport metrics.
# networks: { campus: [10.20.0.0/16], mobile: [100.64.0.0/10] }

# drainTimeout: 30s                   # after SIGTERM
# workers: 1
# log: { level: info, format: json, access: on }
`
}
