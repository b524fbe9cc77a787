export type OriginFacts = {
  origin: string | undefined
  secFetchSite: string | undefined
  host: string | undefined
}

function hostOf(origin: string): string | undefined {
  return URL.canParse(origin) ? new URL(origin).host : undefined
}

/**
 * May a write that carries our cookie be served? Cookies travel by themselves, so another site could send one.
 *
 * - `Origin` present (every browser sends it on writes): it must be our public address or the host that was called.
 * - no `Origin`, but `Sec-Fetch-Site`: only "same-origin" and "none" (typed by the person).
 * - neither: not a browser of this decade, so nobody's cookies were added behind their back; allowed. Scripts with a
 *   cookie jar depend on it, and the SameSite=Strict cookie stands behind it.
 *
 * Hosts are compared without the scheme: behind a proxy that ends TLS we are called by http.
 */
export function isOriginAllowed(facts: OriginFacts, publicUrl: string | null): boolean {
  if (facts.origin !== undefined) {
    const caller = hostOf(facts.origin)
    if (caller === undefined || caller === '') return false
    return caller === facts.host || (publicUrl !== null && caller === hostOf(publicUrl))
  }
  if (facts.secFetchSite !== undefined) return facts.secFetchSite === 'same-origin' || facts.secFetchSite === 'none'
  return true
}
