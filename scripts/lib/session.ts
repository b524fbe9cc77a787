/** What one person sees of the product: a browser's cookies and JSON in and out. */
export type Session = {
  address: string
  request(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>
  /** As `request`, but an answer outside 2xx is an error that shows it. Returns the body. */
  must(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Json>
  /** The Cookie header as it is sent from now on. */
  cookies(): string
}
export type Answer = { status: number; body: Json }
// The drivers look into answers as a stranger would: by name, without our types.
export type Json = ReturnType<typeof JSON.parse>

export function openSession(address: string): Session {
  let cookies = ''
  const session: Session = {
    address,
    cookies: () => cookies,
    async request(method, path, body, headers = {}) {
      const response = await fetch(new URL(path, address), {
        method,
        headers: {
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...(cookies === '' ? {} : { cookie: cookies }),
          ...headers,
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      })
      const set = response.headers.getSetCookie()
      if (set.length > 0) cookies = set.map((cookie) => cookie.split(';')[0]).join('; ')
      const text = await response.text()
      const isJson = response.headers.get('content-type')?.includes('json') ?? false
      return { status: response.status, body: isJson && text !== '' ? JSON.parse(text) : text }
    },
    async must(method, path, body, headers) {
      const answer = await session.request(method, path, body, headers)
      if (answer.status >= 200 && answer.status < 300) return answer.body
      throw new Error(`${method} ${path} answered ${answer.status}: ${JSON.stringify(answer.body)}`)
    },
  }
  return session
}

export async function signIn(address: string, username: string, password: string): Promise<Session> {
  const session = openSession(address)
  await session.must('POST', '/api/auth/sign-in/username', { username, password })
  return session
}

/** Asks again until `isDone`, at most `seconds`; then an error that shows the last answer. */
export async function until<Value>(
  ask: () => Promise<Value>,
  isDone: (value: Value) => boolean,
  seconds = 30,
): Promise<Value> {
  const end = performance.now() + seconds * 1000
  for (;;) {
    const value = await ask()
    if (isDone(value)) return value
    if (performance.now() > end) throw new Error(`not within ${seconds} s: ${JSON.stringify(value)}`)
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}
