import { useCallback, useEffect, useRef, useState } from 'react'
import { flushSync } from 'react-dom'
import type { IntakeCreated } from '../../../contracts/api/intakes.ts'
import { ApiProblem } from '../../lib/problem.ts'
import { removeSealed } from '../../lib/sealed-store.ts'
import { registerHousehold } from './calls.ts'
import type { Draft, IntakeBody } from './draft.ts'
import type { ChangeDraft } from './use-draft.ts'

const RETRY_MS = 4_000
/** After so many in a row nobody waits in front of a wheel any more: they are told, and asked. */
const ATTEMPTS = 4

/**
 * `unknown`: sent, and nobody has answered; it may be registered already. Sent again under the same key until there is an answer.
 * `stopped`: the server has answered again and again that it cannot say; sent again when the officer wants it.
 */
export type Phase = 'editing' | 'sending' | 'unknown' | 'stopped'

/** A server that cannot say whether it has registered the household is as good as none. */
const isAnswer = (error: unknown): error is ApiProblem => error instanceof ApiProblem && error.body.status < 500

/** A while, or until the network is back or somebody wakes it. */
const pause = (ms: number, hold: (wake: () => void) => void): Promise<void> =>
  new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer)
      window.removeEventListener('online', end)
      resolve()
    }
    const timer = setTimeout(end, ms)
    window.addEventListener('online', end)
    hold(end)
  })
const UNTIL_WOKEN_MS = 2 ** 31 - 1

type Options = {
  draft: Draft
  change: ChangeDraft
  save(draft: Draft): Promise<void>
  finish(): void
  onCreated(created: IntakeCreated): void
  onRefused(problem: ApiProblem): void
}

/** Sends a form until there is an answer: neither twice nor not at all. */
export function useSend(options: Options) {
  const { draft } = options
  const [phase, setPhase] = useState<Phase>(draft.sent === null ? 'editing' : 'sending')
  const [error, setError] = useState<unknown>(null)
  /** Without an answer so far. */
  const [attempts, setAttempts] = useState(0)
  const current = useRef({ options, isGone: false, wake: (): void => undefined })
  useEffect(() => {
    current.current.options = options
  })

  const send = useCallback(async (body: IntakeBody): Promise<void> => {
    const page = current.current
    setPhase('sending')
    setError(null)
    setAttempts(0)
    const before = page.options.draft
    const sent = { ...before, sent: body }
    page.options.change(() => sent)
    // Before it leaves: a page that is closed now must know what it has sent.
    await page.options.save(sent)
    const hold = (wake: () => void): void => {
      page.wake = wake
    }
    // Of the server itself, in a row: a line that comes and goes is another matter, and no reason to stop.
    let failures = 0
    for (let count = 1; !page.isGone; count += 1) {
      try {
        const created = await registerHousehold({ body }, { headers: { 'idempotency-key': before.idempotencyKey } })
        page.options.finish()
        await removeSealed(before.id)
        if (!page.isGone) page.options.onCreated(created)
        return
      } catch (problem) {
        if (isAnswer(problem)) {
          // At once, so that what is wrong can have the focus.
          flushSync(() => {
            page.options.change((now) => ({ ...now, sent: null }))
            setPhase('editing')
            setError(problem)
            page.options.onRefused(problem)
          })
          return
        }
        failures = problem instanceof ApiProblem ? failures + 1 : 0
        const mustStop = failures >= ATTEMPTS
        if (mustStop) failures = 0
        setPhase(mustStop ? 'stopped' : 'unknown')
        setError(problem)
        setAttempts(count)
        await pause(mustStop ? UNTIL_WOKEN_MS : RETRY_MS, hold)
        if (mustStop && !page.isGone) setPhase('sending')
      }
    }
  }, [])

  useEffect(() => {
    const page = current.current
    page.isGone = false
    // Left without an answer: by a reload, or a browser that ended.
    if (draft.sent !== null) void send(draft.sent)
    return () => {
      page.isGone = true
      page.wake()
    }
    // Of the draft only how it was when the page opened.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [send])

  return {
    phase,
    error,
    send,
    /** Nobody has answered for so long that the officer is offered to go on with something else. */
    isLong: attempts >= ATTEMPTS,
    /** Sends again at once. */
    sendNow: () => current.current.wake(),
  }
}
