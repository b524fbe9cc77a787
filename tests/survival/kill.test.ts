import { onTestFinished, test } from 'vitest'
import {
  expectUnharmed,
  inventHouseholds,
  inventRefused,
  openPlace,
  SURVIVAL_PATIENCE_MS,
  strikeWhile,
} from '../support/survival-place.ts'

test(
  'ten times kill -9 while 500 intakes arrive: nothing is lost, nobody is told twice',
  async () => {
    const place = await openPlace()
    const { start, office } = place
    let product = start()
    onTestFinished(async () => void (await product.end('SIGTERM')))
    await product.ready()
    const sent = inventHouseholds(500)
    const refused = inventRefused(50)
    const sending = office.sendAll(sent, refused, 8)
    await strikeWhile(sent, 10, async () => {
      await product.end('SIGKILL')
      product = start()
      await product.ready()
    })
    await sending
    await expectUnharmed(place, product, sent, refused)
  },
  SURVIVAL_PATIENCE_MS,
)
