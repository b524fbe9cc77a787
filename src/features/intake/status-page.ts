import type { PublicStatus } from '../../contracts/api/public-status.ts'
import { type Language, type TextKey, translate } from '../../contracts/text/index.ts'
import { escapeHtml } from '../../platform/http/index.ts'

export type StatusPage = {
  language: Language
  receiptNumber: string
  result:
    | { kind: 'ask' }
    | { kind: 'refused'; reason: 'not_found' | 'receipt_locked' }
    | { kind: 'found'; status: PublicStatus }
}

const STYLE = `
:root { color-scheme: light; font: 18px/1.5 system-ui, sans-serif; }
body { margin: 0 auto; padding: 1rem; max-width: 32rem; background: #f6f8f7; color: #17231d; }
h1 { font-size: 1.3rem; }
form, section { padding: 1rem; border-radius: .6rem; background: #fff; }
label { display: block; margin-top: .8rem; }
input { box-sizing: border-box; width: 100%; padding: .6rem; border: 1px solid #6d7b74; border-radius: .4rem; font: inherit; }
button { margin-top: 1rem; padding: .7rem 1.2rem; border: 0; border-radius: .4rem; background: #0b5d4b; color: #fff; font: inherit; }
li { margin-bottom: .8rem; }
.refused { padding: .8rem; border-left: 4px solid #b35900; background: #fff4e5; }
:focus-visible { outline: 3px solid #b35900; outline-offset: 2px; }
`

/** The resident's page: works on any phone, without scripts; says the public label and what to do next, nothing else. */
export function renderStatusPage({ language, receiptNumber, result }: StatusPage): string {
  const text = (key: TextKey<'status'>, params = {}): string => escapeHtml(translate(language, 'status', key, params))
  const form = `<form method="post" action="/status"><p>${text('intro')}</p><label for="receiptNumber">${text('receipt')}</label><input id="receiptNumber" name="receiptNumber" required maxlength="40" autocomplete="off" placeholder="PDW-3274-2611-000123-K" value="${escapeHtml(receiptNumber)}"><label for="phoneLast4">${text('phone')}</label><input id="phoneLast4" name="phoneLast4" required inputmode="numeric" pattern="[0-9]{4}" maxlength="4" autocomplete="off"><button>${text('submit')}</button></form>`
  const main =
    result.kind === 'found'
      ? renderFound(result.status, language, text)
      : `${result.kind === 'refused' ? `<p class="refused" role="alert">${text(result.reason)}</p>` : ''}${form}`
  return `<!doctype html><html lang="${language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${text('title')} - PuntaDewa</title><style>${STYLE}</style></head><body><h1>${text('title')}</h1><main>${main}</main><p>${text('safety')}</p></body></html>`
}

function renderFound(
  status: PublicStatus,
  language: Language,
  text: (key: TextKey<'status'>, params?: Record<string, string | number>) => string,
): string {
  const date = new Intl.DateTimeFormat(language, { dateStyle: 'long', timeZone: 'UTC' }).format(
    new Date(`${status.submittedOn}T00:00:00Z`),
  )
  const members = status.members.map(
    ({ number, status: label, label: words }) =>
      `<li>${text('member', { number })}: <strong>${escapeHtml(words)}</strong><br>${text(`next.${label}`)}</li>`,
  )
  return `<section><h2>${escapeHtml(status.receiptNumber)}</h2><p>${text('submitted', { date })}</p><ul>${members.join('')}</ul><p><a href="/status">${text('again')}</a></p></section>`
}
