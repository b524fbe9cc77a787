import type { BatchTotals } from '../../../contracts/api/batches.ts'
import type { EnrolmentRule } from '../../../contracts/api/enrolment-rules.ts'
import { type TextKey, translate } from '../../../contracts/text/index.ts'
import { escapeHtml } from '../../../platform/http/index.ts'

export type Letter = {
  regionName: string
  number: string
  letterNumber: string | null
  /** yyyy-MM-dd on the region's clock. */
  sealedOn: string
  sealedByName: string
  totals: BatchTotals
  rule: EnrolmentRule | null
  expectedActiveOn: string | null
  sha256: string
}

const STYLE = `
@page { size: A4; margin: 2cm 2.2cm; }
:root { color-scheme: light; font: 12pt/1.45 "Times New Roman", "Liberation Serif", serif; }
body { margin: 0 auto; padding: 1rem; max-width: 17cm; background: #fff; color: #000; }
h1 { margin: 0 0 1rem; font-size: 13pt; text-align: center; text-transform: uppercase; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .1rem 1rem; margin: 0 0 1rem; }
dd { margin: 0; }
table { border-collapse: collapse; width: 100%; margin: .8rem 0; }
caption { text-align: left; font-weight: bold; margin-bottom: .3rem; }
th, td { border: 1px solid #000; padding: .15rem .4rem; text-align: left; }
td.count, th.count { text-align: right; }
tr { break-inside: avoid; }
.hash { font-family: "Liberation Mono", monospace; font-size: 9pt; overflow-wrap: anywhere; }
.signature { margin: 2.2rem 0 0 auto; width: 7cm; break-inside: avoid; }
.signature p { margin: 0; }
.signature .name { margin-top: 2.4cm; font-weight: bold; }
@media print { body { padding: 0; max-width: none; } }
`

const text = (key: TextKey<'enrolment'>, params: Record<string, string | number> = {}): string =>
  escapeHtml(translate('id', 'enrolment', key, params))

const longDay = (day: string): string =>
  new Intl.DateTimeFormat('id-ID', { dateStyle: 'long', timeZone: 'UTC' }).format(new Date(`${day}T00:00:00Z`))

function districtRows({ districts }: BatchTotals): string {
  return districts
    .map(
      ({ name, code, people }, index) =>
        `<tr><td class="count">${index + 1}</td><td>${escapeHtml(name)}</td><td>${escapeHtml(code)}</td><td class="count">${people}</td></tr>`,
    )
    .join('')
}

function activeLine({ rule, expectedActiveOn }: Letter): string {
  if (!rule || !expectedActiveOn) return text('letter.active.unknown')
  return text(`letter.active.${rule.mode}`, { day: longDay(expectedActiveOn), cutOffDay: rule.cutOffDay ?? 0 })
}

/** The letter that goes to BPJS with the file: always Indonesian, for A4 paper, without a script. Figures only, no person is in it. */
export function renderLetter(letter: Letter): string {
  const { totals } = letter
  const title = text('letter.title')
  const facts: [TextKey<'enrolment'>, string][] = [
    ['letter.letterNumber', escapeHtml(letter.letterNumber ?? '........................................')],
    ['letter.number', escapeHtml(letter.number)],
    ['letter.date', escapeHtml(longDay(letter.sealedOn))],
    ['letter.enclosure', text('letter.enclosureText', { people: totals.people })],
  ]
  const figures: [TextKey<'enrolment'>, number][] = [
    ['letter.people', totals.people],
    ['letter.families', totals.families],
    ['letter.male', totals.male],
    ['letter.female', totals.female],
  ]
  const branch = letter.rule?.branchName ?? null
  return `<!doctype html><html lang="id"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${title} ${escapeHtml(letter.number)}</title><style>${STYLE}</style></head><body><main><h1>${title}</h1>
<dl>${facts.map(([key, value]) => `<dt>${text(key)}</dt><dd>${value}</dd>`).join('')}</dl>
<p>${text('letter.to')}<br><strong>${branch ? escapeHtml(branch) : text('letter.branch')}</strong></p>
<p>${text('letter.body', { region: letter.regionName, people: totals.people })}</p>
<table><caption>${text('letter.totals')}</caption><tbody>${figures.map(([key, value]) => `<tr><th scope="row">${text(key)}</th><td class="count">${value}</td></tr>`).join('')}</tbody></table>
<table><caption>${text('letter.districts')}</caption><thead><tr><th class="count" scope="col">${text('letter.row')}</th><th scope="col">${text('letter.district')}</th><th scope="col">${text('letter.code')}</th><th class="count" scope="col">${text('letter.people')}</th></tr></thead><tbody>${districtRows(totals)}</tbody></table>
<p>${activeLine(letter)}</p>
<p>${text('letter.hash')}</p><p class="hash">${escapeHtml(letter.sha256)}</p>
<div class="signature"><p>${escapeHtml(letter.regionName)}, ${escapeHtml(longDay(letter.sealedOn))}</p><p>${text('letter.signer')}</p><p class="name">${escapeHtml(letter.sealedByName)}</p></div>
</main></body></html>`
}
