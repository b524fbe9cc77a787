import type { Sealer } from '../../platform/crypto/sealer.ts'
import type { Endpoint } from './endpoint.repository.ts'

export const secretContext = (endpointId: string): string => `webhook_endpoint:${endpointId}:secret`

/** The secrets that sign now, the current one first. */
export function openSecrets(
  sealer: Sealer,
  endpoint: Pick<Endpoint, 'id' | 'secretSealed' | 'previousSecretSealed' | 'previousUntil'>,
  now: Date,
): string[] {
  const { id, secretSealed, previousSecretSealed, previousUntil } = endpoint
  const overlaps = previousUntil !== null && previousUntil > now
  return [secretSealed, ...(overlaps && previousSecretSealed ? [previousSecretSealed] : [])].map((sealed) =>
    sealer.open(sealed, secretContext(id)),
  )
}
