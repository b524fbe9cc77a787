import autocannon from 'autocannon'

export type LoadRequest = { method: 'GET' | 'POST'; path: string; headers: Record<string, string>; body?: string }

export type Load = {
  address: string
  connections: number
  /** Called for every request sent. */
  next(): LoadRequest
}

/** What was answered 2xx; everything else counts as zero requests, and is told. */
export type LoadResult = {
  answered: number
  other: number
  seconds: number
  perSecond: number
  p50: number
  p95: number
  p99: number
}

/** Drives a server for some seconds with autocannon. Latencies in ms. */
export async function runLoad(load: Load, seconds: number): Promise<LoadResult> {
  const result = await autocannon({
    url: load.address,
    connections: load.connections,
    duration: seconds,
    requests: [{ setupRequest: (request) => ({ ...request, ...load.next() }) }],
  })
  const answered = result['2xx']
  return {
    answered,
    other: result.non2xx + result.errors + result.timeouts,
    seconds: result.duration,
    perSecond: answered / result.duration,
    p50: result.latency.p50,
    p95: result.latency.p97_5,
    p99: result.latency.p99,
  }
}
