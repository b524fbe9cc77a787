import { Modal } from '@mantine/core'
import type { ReactNode } from 'react'
import { useUiText } from './texts.ts'

type Props = { title: string; onClose: () => void; opened?: boolean; children: ReactNode }

/** A dialog in the middle of the page. The library's own way out has no name for people who do not see it. */
export function Dialog({ title, onClose, opened = true, children }: Props) {
  const t = useUiText()
  return (
    <Modal opened={opened} onClose={onClose} title={title} centered closeButtonProps={{ 'aria-label': t('close') }}>
      {children}
    </Modal>
  )
}
