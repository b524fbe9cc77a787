import { BlockList, isIP } from 'node:net'
import { WEBHOOK_URL_MAX } from '../../contracts/api/webhooks.ts'

export type TargetSettings = {
  /** Hosts or addresses of our own networks that may be called all the same. */
  allowedHosts: readonly string[]
  /** Whether http will do for 127.0.0.1, if that is allowed: development and tests. */
  allowsLocalHttp: boolean
}

export type UrlFault = 'webhook_url_invalid' | 'webhook_url_not_https' | 'webhook_url_private'

/** Nothing on the open Internet: IANA's special-purpose registry, with the addresses of cloud metadata among them. */
const NOT_PUBLIC_4 = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
] as const

/** Of IPv6 only global unicast, less the ranges that carry an IPv4 address inside or are for documents. */
const PUBLIC_6 = [['2000::', 3]] as const
const NOT_PUBLIC_6 = [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
] as const

const listOf = (subnets: readonly (readonly [string, number])[], family: 'ipv4' | 'ipv6'): BlockList => {
  const list = new BlockList()
  for (const [network, prefix] of subnets) list.addSubnet(network, prefix, family)
  return list
}
const refused4 = listOf(NOT_PUBLIC_4, 'ipv4')
const accepted6 = listOf(PUBLIC_6, 'ipv6')
const refused6 = listOf(NOT_PUBLIC_6, 'ipv6')

/** Whether an address belongs to the open Internet. What is no address at all does not. */
export function isPublicAddress(address: string): boolean {
  // A zone makes it an address of one of our own links.
  if (address.includes('%')) return false
  switch (isIP(address)) {
    case 4:
      return !refused4.check(address, 'ipv4')
    case 6:
      return accepted6.check(address, 'ipv6') && !refused6.check(address, 'ipv6')
    default:
      return false
  }
}

const bareHost = (hostname: string): string =>
  hostname
    .toLowerCase()
    .replace(/^\[(.*)\]$/, '$1')
    .replace(/\.$/, '')

export type TargetGuard = {
  /** What is wrong with an address before anybody asks for its host; null: nothing. */
  findUrlFault(url: string): UrlFault | null
  /** Whether this host may be reached at this address. Asked for every address that its name has, at every connection. */
  mayReach(host: string, address: string): boolean
}

/** Which receivers may be called: nobody may use us to reach into the network that we stand in. */
export function createTargetGuard(settings: TargetSettings): TargetGuard {
  const allowed = new Set(settings.allowedHosts.map(bareHost))
  const mayReach = (host: string, address: string): boolean =>
    allowed.has(bareHost(host)) || allowed.has(address) || isPublicAddress(address)

  return {
    mayReach,
    findUrlFault(given) {
      const url = URL.parse(given)
      if (!url || url.href.length > WEBHOOK_URL_MAX) return 'webhook_url_invalid'
      if (url.username !== '' || url.password !== '' || url.hash !== '') return 'webhook_url_invalid'
      const host = bareHost(url.hostname)
      const isLocal = settings.allowsLocalHttp && host === '127.0.0.1' && allowed.has(host)
      if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isLocal)) return 'webhook_url_not_https'
      // A name is asked for when it is called; what is an address already need not wait for that.
      if (isIP(host) !== 0 && !mayReach(host, host)) return 'webhook_url_private'
      return null
    },
  }
}
