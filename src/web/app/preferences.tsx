import { ActionIcon, useComputedColorScheme, useMantineColorScheme } from '@mantine/core'
import { IconLanguage, IconMoon, IconSun } from '@tabler/icons-react'
import { LANGUAGES } from '../../contracts/text/message-format.ts'
import { switchLanguage, useLanguage } from '../lib/language.ts'
import { useAppText } from './texts.ts'

export function LanguageSwitch() {
  const t = useAppText()
  const language = useLanguage()
  const other = LANGUAGES.find((one) => one !== language) ?? language
  const name = t(`language.${other}`)
  return (
    <ActionIcon
      variant="subtle"
      size="lg"
      lang={other}
      aria-label={name}
      title={name}
      onClick={() => switchLanguage(other)}
    >
      <IconLanguage size={20} />
    </ActionIcon>
  )
}

export function ThemeSwitch() {
  const t = useAppText()
  const { setColorScheme } = useMantineColorScheme()
  const isDark = useComputedColorScheme('light') === 'dark'
  return (
    <ActionIcon
      variant="subtle"
      size="lg"
      aria-label={t(isDark ? 'theme.light' : 'theme.dark')}
      onClick={() => setColorScheme(isDark ? 'light' : 'dark')}
    >
      {isDark ? <IconSun size={20} /> : <IconMoon size={20} />}
    </ActionIcon>
  )
}
