/** Each server's configuration for the same task: one-core TLS reverse proxy, keep-alive to one backend. */
import { join } from 'node:path'
import type { Site } from './servers.ts'

const NGINX_COMMON = (site: Site, name: string): string => `worker_processes 1; daemon off;
error_log ${join(site.folder, `${name}-error.log`)}; pid ${join(site.folder, `${name}.pid`)};
events { worker_connections 8192; }
`

/** The backend serves files and logs nothing. */
export function nginxBackend(site: Site, port: number): string {
  return `${NGINX_COMMON(site, 'backend')}http {
 access_log off; keepalive_requests 100000000; keepalive_timeout 600s; sendfile on;
 server { listen 127.0.0.1:${port} backlog=4096; location / { root ${site.www}; } }
}
`
}

/** nginx logs no access here: it is the fast end of the scale. */
export function nginx(site: Site, port: number, backend: number, http3: boolean): string {
  const quic = http3
    ? `listen 127.0.0.1:${port} quic reuseport; http3 on; http3_max_concurrent_streams 128;`
    : ''
  return `${NGINX_COMMON(site, 'nginx')}http {
 access_log off; keepalive_requests 100000000;
 upstream be { server 127.0.0.1:${backend}; keepalive 128; keepalive_requests 100000000; }
 server {
  ${quic} listen 127.0.0.1:${port} ssl backlog=4096; http2 on;
  ssl_certificate ${site.cert}; ssl_certificate_key ${site.key};
  location / { proxy_pass http://be; proxy_http_version 1.1; proxy_set_header Connection ""; proxy_set_header Host $host; }
 }
}
`
}

/** Caddy with its defaults, and enough idle connections to the backend. */
export function caddy(site: Site, port: number, backend: number): string {
  return `{
	admin off
	auto_https disable_redirects
	servers {
		protocols h1 h2 h3
	}
}
https://127.0.0.1:${port}, https://localhost:${port} {
	tls ${site.cert} ${site.key}
	reverse_proxy 127.0.0.1:${backend} {
		transport http {
			keepalive_idle_conns 512
			keepalive_idle_conns_per_host 512
		}
	}
}
`
}

/** Envoy wants its filters spelled out, once for TCP and once for QUIC. */
export function envoy(site: Site, port: number, backend: number): string {
  const type = (name: string): string => `type.googleapis.com/envoy.extensions.${name}`
  const tls = {
    tls_certificates: [{ certificate_chain: { filename: site.cert }, private_key: { filename: site.key } }],
  }
  const manager = (codec: 'AUTO' | 'HTTP3'): unknown => ({
    name: 'http',
    typed_config: {
      '@type': type('filters.network.http_connection_manager.v3.HttpConnectionManager'),
      codec_type: codec,
      stat_prefix: 'bench',
      [codec === 'AUTO' ? 'http2_protocol_options' : 'http3_protocol_options']: {},
      route_config: {
        virtual_hosts: [
          {
            name: 'all',
            domains: ['*'],
            routes: [{ match: { prefix: '/' }, route: { cluster: 'backend' } }],
          },
        ],
      },
      http_filters: [{ name: 'router', typed_config: { '@type': type('filters.http.router.v3.Router') } }],
    },
  })
  const tcp = {
    name: 'tcp',
    address: { socket_address: { address: '127.0.0.1', port_value: port } },
    listener_filters: [
      { name: 'tls', typed_config: { '@type': type('filters.listener.tls_inspector.v3.TlsInspector') } },
    ],
    filter_chains: [
      {
        transport_socket: {
          name: 'tls',
          typed_config: {
            '@type': type('transport_sockets.tls.v3.DownstreamTlsContext'),
            common_tls_context: { alpn_protocols: ['h2', 'http/1.1'], ...tls },
          },
        },
        filters: [manager('AUTO')],
      },
    ],
  }
  const udp = {
    name: 'udp',
    address: { socket_address: { protocol: 'UDP', address: '127.0.0.1', port_value: port } },
    udp_listener_config: { quic_options: {}, downstream_socket_config: { prefer_gro: true } },
    filter_chains: [
      {
        transport_socket: {
          name: 'quic',
          typed_config: {
            '@type': type('transport_sockets.quic.v3.QuicDownstreamTransport'),
            downstream_tls_context: { common_tls_context: tls },
          },
        },
        filters: [manager('HTTP3')],
      },
    ],
  }
  const limits = { max_connections: 10_000, max_pending_requests: 10_000, max_requests: 10_000 }
  const endpoint = { address: { socket_address: { address: '127.0.0.1', port_value: backend } } }
  const cluster = {
    name: 'backend',
    type: 'STATIC',
    connect_timeout: '2s',
    circuit_breakers: { thresholds: [limits] },
    load_assignment: { cluster_name: 'backend', endpoints: [{ lb_endpoints: [{ endpoint }] }] },
  }
  // JSON is YAML.
  return JSON.stringify({ static_resources: { listeners: [tcp, udp], clusters: [cluster] } }, null, 1)
}

/** Everything on: this is what an operator runs. */
export function roam(site: Site, port: number, backend: number): string {
  return `listeners:
  - address: 127.0.0.1:${port}
    protocols: [h3, h2, http/1.1]
    certificates: [{ cert: ${site.cert}, key: ${site.key} }]
pools:
  bench:
    policy: least-requests
    backends:
      - { id: backend-1, url: "http://127.0.0.1:${backend}", maxRequests: 1000 }
    health: { path: /1k, interval: 5s, timeout: 2s, expectStatus: [200] }
routes:
  - { host: "*", path: /, pool: bench }
log: { level: info, format: json, access: true }
`
}
