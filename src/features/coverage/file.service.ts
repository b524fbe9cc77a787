import type { Readable } from 'node:stream'
import type { CoverageCount, CoverageFigure, CoverageFileQuery } from '../../contracts/api/coverage.ts'
import { findText, translate } from '../../contracts/text/index.ts'
import { streamTable, type TableColumn } from '../../platform/tables/table-stream.ts'
import type { Db } from '../database.ts'
import type { AuditPort } from './coverage.ports.ts'
import type { FiguresService, Reader } from './figures.service.ts'

const COLUMNS = [
  'code',
  'name',
  'month',
  'segment',
  'source',
  'population',
  'populationSource',
  'populationAsOf',
  'registered',
  'registeredSource',
  'registeredAsOf',
  'active',
  'activeSource',
  'activeAsOf',
  'coverage',
  'activeRate',
  'flags',
] as const
const WIDTHS: Partial<Record<(typeof COLUMNS)[number], number>> = { name: 28, flags: 48, source: 24 }

type FileDeps = { db: Db; audit: AuditPort; figures: Pick<FiguresService, 'listFigures'> }

/** Hundredths of a percent with both of their digits and a point: what a spreadsheet reads in every language. */
const toPercent = (hundredths: number | undefined): string =>
  hundredths === undefined ? '' : `${Math.trunc(hundredths / 100)}.${String(hundredths % 100).padStart(2, '0')}`

export function createCoverageFiles({ db, audit, figures }: FileDeps) {
  return {
    /** A region and those below it as a file. Totals only, so no fresh sign-in is asked for; that it was taken is audited. */
    async start(reader: Reader & { requestId: string }, code: string, query: CoverageFileQuery) {
      const { language, actor } = reader
      const { view, figures: shown } = await figures.listFigures(reader, code, query)
      await audit.record(db, [
        {
          actorId: actor.userId,
          actorRole: actor.role,
          action: 'export',
          subjectType: 'coverage',
          subjectId: code,
          requestId: reader.requestId,
          officeId: actor.officeId,
          regionCode: actor.regionCode,
          details: {
            month: view.month,
            segment: view.segment,
            source: view.source,
            format: query.format,
            rows: shown.length,
          },
        },
      ])
      const word = (kind: string, value: string | null): string =>
        value === null ? '' : (findText(language, 'coverage', `${kind}.${value}`) ?? value)
      const sourceOf = (count: CoverageCount | undefined): string =>
        count ? (count.source ?? word('origin', count.origin)) : ''
      const rowOf = (figure: CoverageFigure): string[] => {
        const [population, registered, active] = [figure.population?.used, figure.registered?.used, figure.active?.used]
        const counted = [population, registered, active].flatMap((count) => [
          count ? String(count.people) : '',
          sourceOf(count),
          count?.asOf ?? '',
        ])
        return [
          figure.region.code,
          figure.region.name,
          view.at,
          word('segment', view.segment),
          word('source', view.source),
          ...counted,
          toPercent(figure.coverage?.hundredths),
          toPercent(figure.activeRate?.hundredths),
          figure.flags.map((flag) => word('flag', flag)).join(' '),
        ]
      }
      async function* rows(): AsyncGenerator<string[]> {
        for (const figure of shown) yield rowOf(figure)
      }
      const columns = COLUMNS.map(
        (name): TableColumn => ({
          header: findText(language, 'coverage', `column.${name}`) ?? name,
          width: WIDTHS[name] ?? 18,
        }),
      )
      const content: Readable = streamTable(
        columns,
        rows(),
        query.format === 'csv'
          ? { kind: 'csv', separator: query.separator }
          : { kind: 'xlsx', sheet: translate(language, 'coverage', 'sheet') },
      )
      const name = `${translate(language, 'coverage', 'file')}-${code}-${view.at}.${query.format}`
      return { fileName: name, content }
    },
  }
}
export type CoverageFiles = ReturnType<typeof createCoverageFiles>
