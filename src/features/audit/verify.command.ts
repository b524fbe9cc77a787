import { type Language, translate } from '../../contracts/text/index.ts'
import type { ChainReport, NotedHead } from './verify.service.ts'

export type AuditVerifyOptions = {
  audit: { verify(noted?: NotedHead): Promise<ChainReport> }
  /** `--head <position>:<hash>`, as an earlier run printed it. */
  notedHead: string | undefined
  language: Language
  print: (line: string) => void
}

const NOTED_HEAD = /^(\d{1,15}):([0-9a-f]{64})$/

function parseNotedHead(text: string): NotedHead | undefined {
  const [, position, hash] = NOTED_HEAD.exec(text) ?? []
  return position !== undefined && hash !== undefined ? { position: Number(position), hash } : undefined
}

/**
 * `audit verify`: says whether the log is whole, where it first is not, and the head to note. Exit code 0: whole; 1: a fault;
 * 2: the noted head cannot be read.
 */
export async function runAuditVerify({ audit, notedHead, language, print }: AuditVerifyOptions): Promise<0 | 1 | 2> {
  const noted = notedHead === undefined ? undefined : parseNotedHead(notedHead)
  if (notedHead !== undefined && !noted) {
    print(translate(language, 'audit', 'verify.bad_head'))
    return 2
  }
  const { fault, verified, unsealed, head } = await audit.verify(noted)
  if (fault) {
    print(
      translate(language, 'audit', `verify.fault.${fault.kind}`, {
        position: fault.position ?? 0,
        eventId: fault.eventId ?? 0,
      }),
    )
  }
  print(translate(language, 'audit', 'verify.summary', { verified, unsealed }))
  if (fault) return 1
  print(translate(language, 'audit', 'verify.head', { head: `${head.position}:${head.hash}` }))
  return 0
}
