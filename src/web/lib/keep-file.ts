import type { Download } from './call.ts'

/** Hands a file over to the browser, which keeps it where the person keeps downloads. */
export function keepFile({ content, name }: Download): void {
  const url = URL.createObjectURL(content)
  const link = Object.assign(document.createElement('a'), { href: url, download: name })
  link.click()
  // The browser has begun to read it by then.
  setTimeout(() => URL.revokeObjectURL(url), 60_000)
}
