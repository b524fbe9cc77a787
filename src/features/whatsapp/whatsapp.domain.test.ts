import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { uuidIds } from '../../platform/ids.ts'
import {
  applyReceipt,
  deliveryState,
  MESSAGE_STATES,
  type MessageState,
  maskPhone,
  mayQueueAgain,
  messageReference,
  RECEIPT_STATUSES,
  type ReceiptStatus,
} from './whatsapp.domain.ts'

const fold = (state: MessageState, receipts: readonly ReceiptStatus[], attempts: number): MessageState =>
  receipts.reduce<MessageState>((reached, receipt) => applyReceipt(reached, receipt, { attempts }), state)

describe('receipts', () => {
  test('end in the same state in any order and however often they are repeated', () => {
    const cases = fc
      .tuple(fc.constantFrom(...MESSAGE_STATES), fc.array(fc.constantFrom(...RECEIPT_STATUSES), { maxLength: 8 }))
      .chain(([state, receipts]) =>
        fc.record({
          attempts: fc.nat({ max: 2 }),
          state: fc.constant(state),
          receipts: fc.constant(receipts),
          again: fc
            .shuffledSubarray([...receipts, ...receipts, ...receipts], { minLength: receipts.length * 3 })
            .filter((mixed) => mixed.length === receipts.length * 3),
        }),
      )
    fc.assert(
      fc.property(cases, ({ state, receipts, again, attempts }) => {
        expect(fold(state, again, attempts)).toBe(fold(state, receipts, attempts))
      }),
      { numRuns: 500 },
    )
  })

  test.each([
    { state: 'sent', receipt: 'delivered', becomes: 'delivered' },
    { state: 'read', receipt: 'delivered', becomes: 'read' },
    { state: 'delivered', receipt: 'failed', becomes: 'delivered' },
    { state: 'failed', receipt: 'delivered', becomes: 'delivered' },
    { state: 'failed', receipt: 'sent', becomes: 'failed' },
    { state: 'sent', receipt: 'failed', becomes: 'failed' },
    { state: 'unknown', receipt: 'sent', becomes: 'sent' },
    { state: 'queued', receipt: 'delivered', becomes: 'delivered' },
    { state: 'suppressed', receipt: 'read', becomes: 'read' },
    { state: 'suppressed', receipt: 'sent', becomes: 'suppressed' },
    { state: 'suppressed', receipt: 'failed', becomes: 'suppressed' },
  ] as const)('$receipt makes $state $becomes', ({ state, receipt, becomes }) => {
    expect(applyReceipt(state, receipt, { attempts: 1 })).toBe(becomes)
  })

  test.each(RECEIPT_STATUSES)('%s moves nothing that was never handed over and is suppressed', (receipt) => {
    expect(applyReceipt('suppressed', receipt, { attempts: 0 })).toBe('suppressed')
  })
})

test('only a hand-over without an answer may go back to the queue', () => {
  expect(MESSAGE_STATES.filter(mayQueueAgain)).toEqual(['sending', 'unknown'])
})

test('a message being handed over is still queued for people', () => {
  expect(deliveryState('sending')).toBe('queued')
  expect(deliveryState('unknown')).toBe('unknown')
})

test('references are ten characters without look-alikes, and differ', () => {
  const references = Array.from({ length: 2_000 }, () => messageReference(uuidIds.next()))
  for (const reference of references) expect(reference).toMatch(/^[0-9A-HJKMNP-TV-Z]{10}$/)
  expect(new Set(references).size).toBe(references.length)
})

test('an operator sees the last four digits of a number', () => {
  expect(maskPhone('6281234567890')).toBe('•••• 7890')
})
