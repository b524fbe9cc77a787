import { Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { type CSSProperties, useState } from 'react'
import type { DocumentCreated } from '../../../contracts/api/documents.ts'
import { isCode } from '../../lib/problem.ts'
import { renewLink } from './calls.ts'
import { useDocumentText } from './texts.ts'

/** Links live five minutes. */
const LINK_MS = 4.5 * 60_000

type Props = {
  photo: Pick<DocumentCreated, 'id' | 'contentUrl' | 'uploadedAt'>
  alt: string
  style?: CSSProperties
}

/** A photo that waits for its registration or correction. When its link is over, another one is asked for; once it is shown none is needed. */
export function OwnPhoto({ photo: { id, contentUrl, uploadedAt }, alt, style }: Props) {
  const t = useDocumentText()
  const [isOver, setOver] = useState(() => Date.now() - Date.parse(uploadedAt) > LINK_MS)
  const [hasFailed, setFailed] = useState(false)
  const link = useQuery({
    queryKey: ['document-link', id],
    queryFn: () => renewLink({ params: { id } }),
    enabled: isOver && contentUrl !== null,
    staleTime: LINK_MS,
    gcTime: LINK_MS,
    retry: (count, error) => count < 2 && !isCode(error, 'not_found'),
    refetchOnWindowFocus: false,
  })
  if (isCode(link.error, 'not_found')) return <Text size="sm">{t('photo.gone')}</Text>
  const source = isOver ? link.data?.contentUrl : contentUrl
  if (!source || hasFailed) return null
  return (
    <img
      src={source}
      alt={alt}
      // The clock of this device may be wrong about the link: asked once, then it is another trouble.
      onError={() => (isOver ? setFailed(true) : setOver(true))}
      style={{ objectFit: 'contain', borderRadius: 4, ...style }}
    />
  )
}
