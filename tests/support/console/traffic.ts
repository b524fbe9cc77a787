import type { Page } from 'playwright-core'
import { expect } from 'vitest'

type Traffic = { refused: string[]; waiting: Set<unknown> }

/** What the page asks of the API: refusals, and what has no answer yet. */
export function watchApi(page: Page): Traffic {
  const traffic: Traffic = { refused: [], waiting: new Set() }
  const isCall = (url: string): boolean => /\/api\/(?!v1\/events)/.test(new URL(url).pathname)
  page.on('request', (request) => {
    if (isCall(request.url())) traffic.waiting.add(request)
  })
  page.on('requestfinished', (request) => traffic.waiting.delete(request))
  page.on('requestfailed', (request) => traffic.waiting.delete(request))
  page.on('response', (response) => {
    if (isCall(response.url()) && response.status() >= 400) {
      traffic.refused.push(`${response.status()} ${response.request().method()} ${new URL(response.url()).pathname}`)
    }
  })
  return traffic
}

/** The page has what it asked for. */
export async function settle(page: Page, { waiting }: Traffic): Promise<void> {
  await page.getByRole('main').getByRole('heading', { level: 1 }).waitFor()
  await expect
    .poll(async () => waiting.size + (await page.locator('.mantine-Skeleton-root').count()), { timeout: 60_000 })
    .toBe(0)
}
