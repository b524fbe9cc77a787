import { Anchor, Group, Stack, Text } from '@mantine/core'
import { useMediaQuery } from '@mantine/hooks'
import { Link } from '@tanstack/react-router'
import type { LinkedProposal } from '../../../contracts/api/whatsapp-inbox.ts'
import { FlagBadge, StateBadge } from '../../ui/state-badge.tsx'
import { useInboxText } from './texts.ts'

/** So many stand open at a desk; a large household must not push the conversation off the screen. */
const OPEN_MAX = 2

/** Whom the conversation is about, with where each case stands. */
export function LinkedProposals({ proposals }: { proposals: readonly LinkedProposal[] }) {
  const t = useInboxText()
  const isWide = useMediaQuery('(min-width: 62em)', false, { getInitialValueInEffect: false })
  if (proposals.length === 0) return <Text size="sm">{t('linked.none')}</Text>
  return (
    <details open={isWide && proposals.length <= OPEN_MAX}>
      <summary>
        <Text span size="sm" fw={600}>
          {t('linked', { count: proposals.length })}
        </Text>
      </summary>
      <Stack component="ul" gap={4} m={0} mt={4} p={0} mah={160} style={{ listStyle: 'none', overflowY: 'auto' }}>
        {proposals.map(({ id, fullName, receiptNumber, state, flags }) => (
          <li key={id}>
            <Group gap="xs">
              <Anchor component={Link} to={`/usulan/${id}`} size="sm" fw={600} py={2}>
                {fullName}
              </Anchor>
              <Text size="sm" c="dimmed">
                {receiptNumber}
              </Text>
              <StateBadge state={state} />
              {flags.map((flag) => (
                <FlagBadge key={flag} flag={flag} />
              ))}
            </Group>
          </li>
        ))}
      </Stack>
    </details>
  )
}
