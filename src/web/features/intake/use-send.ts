import { useCallback, useEffect, useRef, useState } from 'react'
import { flushSync } from 'react-dom'
import type { IntakeCreated } from '../../../contracts/api/intakes.ts'
import { ApiProblem } from '../../lib/problem.ts'
import { removeSealed } from '../../lib/sealed-store.ts'
import { registerHousehold } from './calls.ts'
import type { Draft, IntakeBody } from './draft.ts'
import type { ChangeDraft } from './use-draft.ts'

const RETRY_MS = 4_000

/** `unknown`: sent, and nobody has answered; it may be registered already. Sent again under the same key until there is an answer. */
export type Phase = 'editing' | 'sending' | 'unknown'

/** A server that cannot say whether it has registered the household is as good as none. */
const isAnswer = (error: unknown): error is ApiProblem => error instanceof ApiProblem && error.body.status < 500

/** A while, or until the network is back. */
const pause = (): Promise<void> =>
  new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer)
      window.removeEventListener('online', end)
      resolve()
    }
    const timer = setTimeout(end, RETRY_MS)
    window.addEventListener('online', end)
  })

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
  const current = useRef({ options, isGone: false })
  useEffect(() => {
    current.current.options = options
  })

  const send = useCallback(async (body: IntakeBody): Promise<void> => {
    const page = current.current
    setPhase('sending')
    setError(null)
    const before = page.options.draft
    const sent = { ...before, sent: body }
    page.options.change(() => sent)
    // Before it leaves: a page that is closed now must know what it has sent.
    await page.options.save(sent)
    while (!page.isGone) {
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
        setPhase('unknown')
        setError(problem)
        await pause()
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
    }
    // Of the draft only how it was when the page opened.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [send])

  return { phase, error, send, forgetError: () => setError(null) }
}
