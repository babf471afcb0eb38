/** A certificate as both TLS stacks take it: PEM chain with the leaf first, PEM key, DNS names in lower case. */
export interface SiteCertificate {
  readonly cert: string
  readonly key: string
  readonly names: readonly string[]
}
