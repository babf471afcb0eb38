/**
 * The Alt-Svc value that tells a client on TCP about HTTP/3 on the same host (RFC 7838 §3).
 * @param port the UDP port as clients see it, which a NAT may have changed
 */
export function altSvcValue(port: number, maxAgeSeconds: number): string {
  return `h3=":${port}"; ma=${maxAgeSeconds}`
}
