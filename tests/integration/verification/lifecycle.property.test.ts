import { describe } from 'vitest'
import { testRandomHistories } from './random-histories.ts'

/** Three hundred and more, until every action has happened: `lifecycle.property.survival.test.ts`. */
describe('random histories through the server', () => {
  testRandomHistories({ atLeast: 60, atMost: 60, everyAction: false })
})
