import autocannon from 'autocannon'
import { quantile } from './figures.ts'

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

const hundredths = (milliseconds: number): number => Math.round(milliseconds * 100) / 100

/** Drives a server for some seconds with autocannon. Latencies in ms. */
export async function runLoad(load: Load, seconds: number): Promise<LoadResult> {
  // Its own histogram counts whole milliseconds: 3 or 4 of them are a third apart, and a page takes as long.
  const times: number[] = []
  const options = {
    url: load.address,
    connections: load.connections,
    duration: seconds,
    requests: [{ setupRequest: (request: autocannon.Request) => ({ ...request, ...load.next() }) }],
  }
  const result = await new Promise<autocannon.Result>((resolve, reject) => {
    autocannon(options, (error, ended) => (error ? reject(error) : resolve(ended))).on(
      'response',
      (_client, _status, _bytes, milliseconds) => times.push(milliseconds),
    )
  })
  const answered = result['2xx']
  return {
    answered,
    other: result.non2xx + result.errors + result.timeouts,
    seconds: result.duration,
    perSecond: answered / result.duration,
    p50: hundredths(quantile(times, 0.5)),
    p95: hundredths(quantile(times, 0.95)),
    p99: hundredths(quantile(times, 0.99)),
  }
}
