import { type Language, type TextKey, translate } from '../../../contracts/text/index.ts'
import { escapeHtml } from '../../../platform/http/index.ts'
import type { PhoneMessage, PhoneSummary } from './simulator.repository.ts'

export type SimulatorPage = {
  language: Language
  timeZone: string
  phones: readonly PhoneSummary[]
  /** The open chat; null: the list of phones. */
  chat: { phone: string; messages: readonly PhoneMessage[] } | null
}

const STYLE = `
:root { color-scheme: light; font: 16px/1.5 system-ui, sans-serif; }
body { margin: 0 auto; max-width: 30rem; min-height: 100vh; background: #efe7dd; color: #1d2b24; }
header { position: sticky; top: 0; padding: .75rem 1rem; background: #0b5d4b; color: #fff; }
header h1 { margin: 0; font-size: 1.1rem; }
header p { margin: .25rem 0 0; font-size: .85rem; }
header a { color: #fff; }
main { padding: 1rem; }
ul, ol { list-style: none; margin: 0; padding: 0; }
li { margin: 0 0 .6rem; }
.phone { display: flex; justify-content: space-between; gap: 1rem; padding: .75rem 1rem; border-radius: .6rem; background: #fff; color: inherit; text-decoration: none; }
.bubble { max-width: 85%; padding: .5rem .75rem; border-radius: .6rem; background: #fff; white-space: pre-wrap; overflow-wrap: anywhere; }
img { display: block; width: 100%; max-width: 16rem; margin-bottom: .5rem; border-radius: .4rem; }
.mine .bubble { margin-left: auto; background: #d3f3c5; }
time { display: block; margin-top: .25rem; font-size: .75rem; color: #51605a; text-align: right; }
form { display: flex; flex-wrap: wrap; gap: .5rem; margin-top: 1rem; }
label { flex-basis: 100%; font-size: .85rem; }
input, textarea { flex: 1; min-width: 0; padding: .6rem; border: 1px solid #7b8a83; border-radius: .6rem; font: inherit; }
button { padding: .6rem 1rem; border: 0; border-radius: .6rem; background: #0b5d4b; color: #fff; font: inherit; }
:focus-visible { outline: 3px solid #b35900; outline-offset: 2px; }
`

/** WhatsApp shows `*bold*`; so does the simulated phone. */
const formatBody = (body: string): string => escapeHtml(body).replace(/\*([^*\n]+)\*/g, '<strong>$1</strong>')

const renderPicture = (png: Buffer, description: string): string =>
  `<img src="data:image/png;base64,${png.toString('base64')}" alt="${description}">`

type Tools = { label(key: TextKey<'whatsapp'>): string; time(at: Date): string }

function renderPhones(phones: readonly PhoneSummary[], { label, time }: Tools): string {
  const rows = phones.map(
    ({ phone, messages, lastAt }) =>
      `<li><a class="phone" href="/simulator?phone=${encodeURIComponent(phone)}"><span>+${escapeHtml(phone)} (${messages})</span><time datetime="${lastAt.toISOString()}">${time(lastAt)}</time></a></li>`,
  )
  const list = rows.length > 0 ? `<ul>${rows.join('')}</ul>` : `<p>${label('simulator.empty')}</p>`
  return `<main>${list}<form method="get" action="/simulator"><label for="phone">${label('simulator.number')}</label><input id="phone" name="phone" inputmode="tel" required maxlength="40" placeholder="0812…"><button>${label('simulator.open')}</button></form></main>`
}

function renderChat(chat: NonNullable<SimulatorPage['chat']>, { label, time }: Tools): string {
  const bubbles = chat.messages.map(
    ({ body, media, fromResident, at }) =>
      `<li${fromResident ? ' class="mine"' : ''}><div class="bubble">${media ? renderPicture(media, label('simulator.picture')) : ''}${formatBody(body)}<time datetime="${at.toISOString()}">${time(at)}</time></div></li>`,
  )
  const phone = escapeHtml(chat.phone)
  return `<main><ol>${bubbles.join('')}</ol><form method="post" action="/simulator"><input type="hidden" name="from" value="${phone}"><label for="body">${label('simulator.reply')}</label><textarea id="body" name="body" rows="2" required maxlength="4096"></textarea><button>${label('simulator.send')}</button></form></main>`
}

/** The page without scripts: a list of phones, or one chat with a form to answer. Everything written by people is escaped. */
export function renderSimulatorPage({ language, timeZone, phones, chat }: SimulatorPage): string {
  const label = (key: TextKey<'whatsapp'>): string => escapeHtml(translate(language, 'whatsapp', key))
  const clockFace = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'short', timeZone })
  const tools: Tools = { label, time: (at) => escapeHtml(clockFace.format(at)) }
  const heading = chat ? `+${escapeHtml(chat.phone)}` : label('simulator.title')
  const links = chat
    ? `<a href="/simulator">${label('simulator.back')}</a> · <a href="/simulator?phone=${encodeURIComponent(chat.phone)}">${label('simulator.refresh')}</a>`
    : `<a href="/simulator">${label('simulator.refresh')}</a>`
  const main = chat ? renderChat(chat, tools) : renderPhones(phones, tools)
  return `<!doctype html><html lang="${language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${heading} - PuntaDewa</title><style>${STYLE}</style></head><body><header><h1>${heading}</h1><p>${label('simulator.explanation')}</p><p>${links}</p></header>${main}</body></html>`
}
