/** Bounds of one HTTP server. Times in milliseconds, sizes in bytes. */
export type HttpLimits = {
  bodyBytes: number
  headerBytes: number
  headerCount: number
  jsonDepth: number
  headersTimeout: number
  requestTimeout: number
  idleSocketTimeout: number
  keepAliveTimeout: number
  checkInterval: number
}

export const HTTP_LIMITS: HttpLimits = {
  // A family of 20 members is about 8 kB; documents have their own route and limit.
  bodyBytes: 256 * 1024,
  // Our cookies and headers stay under 2 kB; Node's default of 16 kB only helps who wants to fill memory.
  headerBytes: 8 * 1024,
  headerCount: 64,
  // The deepest body of ours has 4 levels.
  jsonDepth: 20,
  // A client that has not sent its headers in 10 s is not a browser on a slow line, it holds a socket open on purpose.
  headersTimeout: 10_000,
  // 256 kB in 60 s is 4 kB/s: a village's worst mobile signal still gets through.
  requestTimeout: 60_000,
  // No byte in either direction for 90 s: longer than the request may take, so only dead peers meet it.
  idleSocketTimeout: 90_000,
  // Longer than the 60 s of common load balancers, so that they never reuse a socket we are closing.
  keepAliveTimeout: 72_000,
  // How often Node looks for requests over the two limits above; its default of 30 s would double them.
  checkInterval: 5_000,
}
