import { z } from 'zod'
import { coverageCode, publicCoverageQuery } from '../../contracts/api/coverage.ts'
import { NATION } from '../../contracts/coverage-terms.ts'
import { AppError } from '../../platform/errors.ts'
import { type App, SCRIPTLESS_PAGE_POLICY } from '../../platform/http/index.ts'
import type { PublicCoverageService } from './public.service.ts'
import { renderPublicPage } from './public-page.ts'

const wishSchema = z.object({
  wilayah: coverageCode.catch(NATION),
  bulan: publicCoverageQuery.shape.month.catch(undefined),
})

/** `/cakupan-publik`: figures for everybody, without scripts. What an address says wrongly is left out, as if it were not there. */
export function registerPublicCoveragePage(app: App, publicCoverage: PublicCoverageService): void {
  app.get(
    '/cakupan-publik',
    { config: { access: 'public', rateClass: 'public-coverage' }, schema: { hide: true } },
    async (request, reply) => {
      const { wilayah, bulan } = wishSchema.parse(request.query)
      const { language } = request
      const coverage = await publicCoverage.get(wilayah, bulan, language).catch((error: unknown) => {
        if (!(error instanceof AppError) || error.code !== 'not_found') throw error
        reply.code(404)
        return publicCoverage.get(NATION, bulan, language)
      })
      return reply
        .header('content-security-policy', SCRIPTLESS_PAGE_POLICY)
        .header('cache-control', 'public, max-age=300')
        .header('vary', 'accept-language')
        .type('text/html; charset=utf-8')
        .send(renderPublicPage(coverage, language))
    },
  )
}
