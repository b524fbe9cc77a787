import { expect, onTestFinished, test } from 'vitest'
import {
  inventHouseholds,
  inventRefused,
  openPlace,
  SURVIVAL_PATIENCE_MS,
  strikeWhile,
  UNHARMED,
} from '../support/survival-place.ts'
import { describeSurvivors } from '../support/survivors.ts'

test(
  'ten times kill -9 while 500 intakes arrive: nothing is lost, nobody is told twice',
  async () => {
    const { start, office } = await openPlace()
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
    expect(await describeSurvivors(office, sent, refused)).toEqual(UNHARMED)
    expect(await product.end('SIGTERM')).toBe(0)
  },
  SURVIVAL_PATIENCE_MS,
)
