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
    policy: least-requests            # or round-robin, weighted-random, random-two, peak-ewma; or hash, with a list such as
                                      # "hash: [cookie:NAME]" besides
    backends:
      - { id: moodle-1, url: "http://127.0.0.1:8001" }
      - { id: moodle-2, url: "http://127.0.0.1:8002" }
      # each with weight 1, maxRequests 100 and backup off, unless you say otherwise; https: works as well
    health:
      path: /admin/tool/heartbeat/    # the Moodle plugin tool_heartbeat; without it a static file
      # host: moodle.example.org      # Moodle answers only to its own name
      # interval: 15s
      # timeout: 5s
      # unhealthyAfter: 2
      # healthyAfter: 2
      # expectStatus: [200]
      # rejectBody: "maintenance"     # expectBody, rejectBody: text that the answer must hold, or must not
    # affinity: { by: cookie, keys: [query:wstoken] }    # keeps a client at its backend; default: none
    # queue: { size: 1000, timeout: 30s }     # where requests wait for a backend with room
    # slowStart: 0s                   # a backend that comes back gets its share little by little
    # panic: on                       # while all are down, all are tried
    # outliers: {}                    # sets aside what answers worse than the others; default: none
    # hostHeader: preserve            # or backend, or a name
    # for https: backends, "tls" names their authority (ca) and the name in their certificates (serverName)
    # dnsRefresh: 30s
    # breaker: { errorThreshold: 50%, window: 10s, minimumRequests: 10, resetAfter: 10s }
    # retries: { attempts: 1, budget: 20% }
    # timeouts: { connect: 2s, firstByte: 130s, idle: 60s, total: none }    # Moodle waits up to 120 s for a session's lock

routes:
  - { host: "*", path: /, pool: moodle }      # maxBody, such as 2GB, limits uploads; PHP has a limit of its own

  # further keys: match (or exact), methods, class, timeouts, requestHeaders and responseHeaders with remove, set and add

# Random bytes that cookies and QUIC's tokens are signed with; made where it is missing. Without it a restart draws new ones.
# secretFile: roam.secret

# JSON about what goes on, and changes for who knows the token; on this machine only. Default: none.
# admin: { address: 127.0.0.1:9901, tokenFile: admin.token }

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
# reloadOnChange: off                 # on: as if SIGHUP came whenever this file or a certificate changes
# workers: 1
# log: { level: info, format: json, access: on }
`
}
