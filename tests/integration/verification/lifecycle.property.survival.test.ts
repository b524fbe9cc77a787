import { describe } from 'vitest'
import { testRandomHistories } from './random-histories.ts'

/** Nearly always every action has happened long before the last of them. */
describe('many random histories through the server', () => {
  testRandomHistories({ atLeast: 300, atMost: 900, everyAction: true })
})
