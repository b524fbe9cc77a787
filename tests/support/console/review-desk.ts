import type { Page } from 'playwright-core'

/** Opens the queue of new cases, with the first of them in the hands of this reviewer. */
export async function openFirst(page: Page): Promise<void> {
  await page.goto('/antrean/new_review')
  await page.getByRole('button', { name: 'Ambil berikutnya' }).waitFor()
}
