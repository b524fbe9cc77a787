import { AppError } from '../../platform/errors.ts'
import type { BatchHandler, JobContext, JobItem } from '../../platform/outbox/index.ts'
import type { Checks, WantedCheck } from './checks.service.ts'

type Payload = { proposalId: string; version: number }
type Item = JobItem<Payload>

/** Failures in a row after which it is not one row's fault and the rest need not be tried. */
const SINGLE_FAILURES_MAX = 3

export type CheckHandler = BatchHandler<Payload>

/**
 * Handler of `proposal.check`. A batch commits as one; when that fails each item is tried by itself, so that one
 * unreadable row holds up nobody else. Items whose question BPJS has not answered come again by the topic's back-off.
 */
export function createCheckHandler(checks: Pick<Checks, 'checkBatch'>): CheckHandler {
  const run = async (items: readonly Item[], context: JobContext): Promise<void> => {
    const byWanted = new Map<WantedCheck, Item>(
      items.map((item) => [{ ...item.payload, isRetry: item.attempt > 1 }, item]),
    )
    const { askAgain } = await checks.checkBatch([...byWanted.keys()], async (tx, unanswered) => {
      // Ending the work must not outlive the right to do it.
      context.signal.throwIfAborted()
      const again = new Set(unanswered)
      const done = [...byWanted].flatMap(([wanted, item]) => (again.has(wanted) ? [] : [item.id]))
      if (done.length > 0) await context.settle(tx, done)
    })
    for (const wanted of askAgain) {
      const item = byWanted.get(wanted)
      if (item) context.fail(item.id, new AppError('bpjs_unavailable'))
    }
  }

  const runSingly = async (items: readonly Item[], context: JobContext): Promise<void> => {
    let failuresInARow = 0
    for (const [index, item] of items.entries()) {
      context.signal.throwIfAborted()
      try {
        await run([item], context)
        failuresInARow = 0
      } catch (error) {
        failuresInARow += 1
        const failed = failuresInARow === SINGLE_FAILURES_MAX ? items.slice(index) : [item]
        for (const { id } of failed) context.fail(id, error)
        if (failed.length > 1) return
      }
    }
  }

  return async (items, context) => {
    try {
      await run(items, context)
    } catch (error) {
      if (context.signal.aborted || items.length === 1) throw error
      context.logger.warn({ items: items.length }, 'batch of checks failed, trying its items singly')
      await runSingly(items, context)
    }
  }
}
