import type { Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type ConsoleWorld, openConsoleWorld } from '../../support/console/console.ts'
import { type FamilyMember, makeFamily, teachMember } from '../../support/console/family.ts'
import { choosePhoto, member, openForm, registerButton, textbox } from '../../support/console/intake-form.ts'

let world: ConsoleWorld
beforeAll(async () => {
  world = await openConsoleWorld()
})
afterAll(() => world.close())

const CONTROLS: Record<string, (page: Page) => Locator> = {
  'a tick of the same member': (page) => member(page, 1).getByRole('checkbox', { name: 'Diusulkan' }),
  'the words of that tick': (page) => member(page, 1).getByText('Diusulkan'),
  'removing the next member': (page) => page.getByRole('button', { name: 'Hapus anggota 2' }),
  'adding a member': (page) => page.getByRole('button', { name: 'Tambah anggota' }),
  'choosing a photo': (page) => page.getByRole('button', { name: 'Pilih berkas: Foto KK' }),
  'the words of a consent': (page) => page.locator('label', { hasText: 'bersedia keluarganya' }),
  registering: registerButton,
}
const ALL = Object.keys(CONTROLS)
const SOME = ['the words of that tick', 'adding a member']
const LAST = ['the words of a consent', 'registering']

type Cause = {
  below: string[]
  /** Gives what is told late, and lets it be told when it is not the press itself that does. */
  begin(page: Page): Promise<{ told: Locator; tell(): void }>
}

/** Calls to this wait until they are let go: to the product, or to nobody. */
async function hold(page: Page, url: string, isAnswered = true): Promise<() => void> {
  const held = Promise.withResolvers<void>()
  await page.route(url, async (route) => {
    await held.promise
    await (isAnswered ? route.continue() : route.abort())
  })
  return held.resolve
}

async function knownPerson(): Promise<FamilyMember> {
  const [person] = makeFamily().members
  if (!person) throw new Error('a family has members')
  await teachMember(world.mockAddress, person, false)
  return person
}

const onPress = (): void => undefined
const nikOf = (page: Page) => member(page, 1).getByRole('textbox', { name: 'NIK' })

async function askAboutPerson(page: Page): Promise<{ told: Locator; tell(): void }> {
  const { nik } = await knownPerson()
  const tell = await hold(page, '**/api/v1/persons/lookup')
  await nikOf(page).fill(nik)
  await member(page, 1).getByText('Memeriksa keanggotaan…').waitFor()
  await member(page, 1)
    .getByText(/^NIK terbit di/)
    .waitFor()
  return { told: member(page, 1).getByText('Peserta tidak aktif'), tell }
}

const CAUSES: Record<string, Cause> = {
  'half a NIK is left': {
    below: ALL,
    async begin(page) {
      await nikOf(page).fill('12345')
      return { told: member(page, 1).getByText('harus 16 angka'), tell: onPress }
    },
  },
  'half a card number is left': {
    below: SOME,
    async begin(page) {
      await textbox(page, 'Nomor KK').fill('12345')
      return { told: page.getByText('harus 16 angka'), tell: onPress }
    },
  },
  'half a phone number is left': {
    below: LAST,
    async begin(page) {
      await textbox(page, 'Nomor WhatsApp').fill('12345')
      return { told: page.getByText('Belum seperti nomor ponsel'), tell: onPress }
    },
  },
  'BPJS answers': { below: ALL, begin: askAboutPerson },
  'nobody says what is known of the card': {
    below: SOME,
    async begin(page) {
      const tell = await hold(page, '**/api/v1/households/lookup', false)
      await textbox(page, 'Nomor KK').fill(makeFamily().familyCardNumber)
      await page.getByText('Mencari KK ini…').waitFor()
      return { told: page.getByRole('alert'), tell }
    },
  },
  'BPJS has less to say about another name': {
    below: SOME,
    async begin(page) {
      await nikOf(page).fill((await knownPerson()).nik)
      await member(page, 1).getByText('Peserta tidak aktif').waitFor()
      const tell = await hold(page, '**/api/v1/persons/lookup')
      await member(page, 1).getByRole('textbox', { name: 'Nama lengkap' }).fill('SITI AMINAH')
      await page.keyboard.press('Tab')
      return { told: member(page, 1).getByText('BPJS punya NIK ini dengan nama'), tell }
    },
  },
  'a photo has arrived': {
    below: ['the words of a consent'],
    async begin(page) {
      const tell = await hold(page, '**/api/v1/documents')
      await choosePhoto(page, 'Foto KK')
      await page.getByRole('progressbar').waitFor()
      return { told: page.getByRole('img', { name: 'Foto KK', exact: true }), tell }
    },
  },
}

const TRIALS = Object.keys(CAUSES).flatMap((cause) => [
  { cause, phone: false },
  { cause, phone: true },
])

/** Points at the middle of a control; what it gives says whether the first click from then on was on it. */
async function aimAt(page: Page, control: Locator): Promise<() => Promise<boolean>> {
  await control.scrollIntoViewIfNeeded()
  const box = await control.boundingBox()
  if (!box) throw new Error('what is aimed at is not to be seen')
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2]
  await page.evaluate(`(() => {
    window.aimed = document.elementFromPoint(${x}, ${y}).closest('button, label, input')
    window.clicked = []
    document.addEventListener('click', ({ target }) => window.clicked.push(target), true)
  })()`)
  await page.mouse.move(x, y)
  return () => page.evaluate('window.clicked.length > 0 && window.aimed.contains(window.clicked[0])')
}

test.each(TRIALS)('a press lands where it was aimed when $cause (phone: $phone)', async ({ cause, phone }) => {
  const { below, begin } = CAUSES[cause] as Cause
  const missed: string[] = []
  for (const name of below) {
    // Told after the press has begun, and after the hand has come to the control.
    for (const isPressed of [true, false]) {
      const page = await world.open({ as: 'petugas', phone })
      await openForm(page)
      await page.getByRole('button', { name: 'Tambah anggota' }).click()
      const { told, tell } = await begin(page)
      if (!isPressed && tell === onPress) {
        await page.context().close()
        continue
      }
      const isHit = await aimAt(page, (CONTROLS[name] as (typeof CONTROLS)[string])(page))
      if (isPressed) await page.mouse.down()
      tell()
      await told.waitFor()
      if (!isPressed) await page.mouse.down()
      await page.mouse.up()
      if (!(await isHit())) missed.push(`${name}, ${isPressed ? 'pressed' : 'pointed at'}`)
      await page.context().close()
    }
  }
  expect(missed).toEqual([])
})

test('not even between an answer and the next picture is another control under the hand', async () => {
  const page = await world.open({ as: 'petugas' })
  await openForm(page)
  const { told, tell } = await askAboutPerson(page)
  const add = page.getByRole('button', { name: 'Tambah anggota' })
  await add.scrollIntoViewIfNeeded()
  await add.hover()
  await page.evaluate(`(() => {
    const hovered = [...document.querySelectorAll('button:hover')].at(-1)
    const { x, y, width, height } = hovered.getBoundingClientRect()
    window.under = []
    new MutationObserver(() => {
      window.under.push(hovered.contains(document.elementFromPoint(x + width / 2, y + height / 2)))
    }).observe(document.querySelector('[data-member="0"]'), { childList: true, subtree: true })
  })()`)
  tell()
  await told.waitFor()
  const under = (await page.evaluate('window.under')) as boolean[]
  expect(under.length).toBeGreaterThan(0)
  expect(under).not.toContain(false)
})
