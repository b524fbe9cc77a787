import type { CoverageRegion, PublicCount, PublicCoverage, PublicFigure } from '../../contracts/api/coverage.ts'
import { type Language, type TextKey, type TextParams, translate } from '../../contracts/text/index.ts'
import { escapeHtml } from '../../platform/http/index.ts'

const STYLE = `
:root { color-scheme: light; font: 17px/1.5 system-ui, sans-serif; }
body { margin: 0 auto; padding: 1rem; max-width: 60rem; background: #f6f8f7; color: #17231d; }
h1 { font-size: 1.4rem; } h2 { font-size: 1.15rem; }
section, form { padding: 1rem; margin-bottom: 1rem; border-radius: .6rem; background: #fff; }
nav a { margin-right: .8rem; }
a { color: #0b5d4b; }
dl { display: grid; grid-template-columns: repeat(auto-fit, minmax(13rem, 1fr)); gap: 1rem; margin: 0; }
dt { font-weight: 600; } dd { margin: 0; }
strong { font-size: 1.3rem; } small { display: block; color: #46564e; }
.scroll { overflow-x: auto; }
table { width: 100%; border-collapse: collapse; }
th, td { padding: .5rem; border-bottom: 1px solid #d5ddd9; text-align: left; vertical-align: top; }
td.people { text-align: right; font-variant-numeric: tabular-nums; }
select, button { padding: .5rem .8rem; border: 1px solid #6d7b74; border-radius: .4rem; font: inherit; }
button { border: 0; background: #0b5d4b; color: #fff; }
:focus-visible { outline: 3px solid #b35900; outline-offset: 2px; }
@media print { body { background: #fff; } form, nav { display: none; } }
`

type Text = (key: TextKey<'coverage'>, params?: TextParams) => string

function createWords(language: Language) {
  const text: Text = (key, params = {}) => escapeHtml(translate(language, 'coverage', key, params))
  const number = new Intl.NumberFormat(language)
  const percent = new Intl.NumberFormat(language, { minimumFractionDigits: 2 })
  const day = new Intl.DateTimeFormat(language, { dateStyle: 'long', timeZone: 'UTC' })
  const month = new Intl.DateTimeFormat(language, { month: 'long', year: 'numeric', timeZone: 'UTC' })
  return {
    text,
    number: (people: number): string => escapeHtml(number.format(people)),
    percent: (hundredths: number): string => escapeHtml(`${percent.format(hundredths / 100)} %`),
    date: (iso: string): string => day.format(new Date(`${iso}T00:00:00Z`)),
    month: (given: string): string => escapeHtml(month.format(new Date(`${given}-01T00:00:00Z`))),
  }
}
type Words = ReturnType<typeof createWords>

const addressOf = ({ code }: CoverageRegion, month: string | null): string =>
  escapeHtml(`/cakupan-publik?wilayah=${code}${month === null ? '' : `&bulan=${month}`}`)

function renderPeople(count: PublicCount | null, { text, number }: Words): string {
  if (!count) return text('public.missing')
  if (count.people === null) return text(count.hidden === 'under_five' ? 'public.under-five' : 'public.protected')
  return number(count.people)
}

function renderSource(count: PublicCount | null, { text, date }: Words): string {
  if (!count) return ''
  const said =
    count.source === null
      ? text('public.sum', { date: date(count.asOf) })
      : text('public.counted', { source: count.source, date: date(count.asOf) })
  return `<small>${said}${count.isPartial ? `; ${text('public.partial')}` : ''}</small>`
}

const renderRate = (rate: PublicFigure['coverage'], { text, percent }: Words): string =>
  rate ? text('public.rate-of', { rate: percent(rate.hundredths), people: rate.denominator.people ?? 0 }) : ''

function renderFigure({ population, registered, active, coverage, activeRate }: PublicFigure, words: Words): string {
  const { text } = words
  const item = (name: string, count: PublicCount | null, rate: string) =>
    `<div><dt>${name}</dt><dd><strong>${renderPeople(count, words)}</strong>${rate && `<br>${rate}`}${renderSource(count, words)}</dd></div>`
  return `<dl>${item(text('column.population'), population, '')}${item(text('column.registered'), registered, renderRate(coverage, words))}${item(text('column.active'), active, renderRate(activeRate, words))}</dl>`
}

function renderChildren({ children, month }: PublicCoverage, words: Words): string {
  if (children.length === 0) return ''
  const { text } = words
  const cell = (count: PublicCount | null) =>
    `<td class="people">${renderPeople(count, words)}${renderSource(count, words)}</td>`
  const rows = children.map(
    (figure) =>
      `<tr><th scope="row">${figure.region.level <= 3 ? `<a href="${addressOf(figure.region, month)}">${escapeHtml(figure.region.name)}</a>` : escapeHtml(figure.region.name)}</th>${cell(figure.population)}${cell(figure.registered)}<td>${renderRate(figure.coverage, words)}</td>${cell(figure.active)}<td>${renderRate(figure.activeRate, words)}</td></tr>`,
  )
  const head = [
    text('column.name'),
    text('column.population'),
    text('column.registered'),
    text('public.of-population'),
    text('column.active'),
    text('public.of-registered'),
  ]
  return `<section><h2 id="below">${text('public.children')}</h2><div class="scroll" tabindex="0" role="region" aria-labelledby="below"><table><thead><tr>${head.map((name) => `<th scope="col">${name}</th>`).join('')}</tr></thead><tbody>${rows.join('')}</tbody></table></div></section>`
}

function renderMonths({ months, month, figure }: PublicCoverage, { text, month: nameOf }: Words): string {
  if (months.length === 0) return ''
  const options = months.map(
    (one) => `<option value="${one}"${one === month ? ' selected' : ''}>${nameOf(one)}</option>`,
  )
  return `<form method="get" action="/cakupan-publik"><input type="hidden" name="wilayah" value="${escapeHtml(figure.region.code)}"><label for="bulan">${text('public.month')}</label> <select id="bulan" name="bulan">${options.join('')}</select> <button>${text('public.show')}</button></form>`
}

/** The public's page: totals of a region and of those right below it, with source and date; works on any phone, without scripts. */
export function renderPublicPage(coverage: PublicCoverage, language: Language): string {
  const words = createWords(language)
  const { text } = words
  const { figure, ancestors, month } = coverage
  const name = escapeHtml(figure.region.name)
  const above = ancestors
    .map((region) => `<a href="${addressOf(region, month)}">${escapeHtml(region.name)}</a>`)
    .join('')
  const isEmpty = !figure.registered && !figure.population
  return `<!doctype html><html lang="${language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${text('public.title')} ${name} - PuntaDewa</title><style>${STYLE}</style></head><body><h1>${text('public.title')}: ${name}</h1><p>${text('public.lead')}</p>${above && `<nav aria-label="${text('public.up')}">${above}</nav>`}<main>${renderMonths(coverage, words)}<section><h2>${name}${month === null ? '' : `, ${words.month(month)}`}</h2>${isEmpty ? `<p>${text('public.nothing')}</p>` : renderFigure(figure, words)}</section>${renderChildren(coverage, words)}</main><p>${text('public.formula')}</p><p>${text('public.small')}</p></body></html>`
}
