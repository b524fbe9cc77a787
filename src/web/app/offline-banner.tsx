import { Alert } from '@mantine/core'
import { useNetwork } from '@mantine/hooks'
import { useAppText } from './texts.ts'

export function OfflineBanner() {
  const t = useAppText()
  const { online } = useNetwork()
  return (
    <div role="status">
      {!online && (
        <Alert color="yellow" variant="light" mb="sm">
          {t('offline')}
        </Alert>
      )}
    </div>
  )
}
