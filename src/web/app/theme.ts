import { type CSSVariablesResolver, createTheme, type MantineColorsTuple } from '@mantine/core'

/** The one accent: a deep green that carries white text at 4.5:1 from shade 7 on. */
const green: MantineColorsTuple = [
  '#eef8f6',
  '#d9efeb',
  '#b0ded7',
  '#83ccc2',
  '#5cbbae',
  '#3a9f92',
  '#1f857a',
  '#0b6b62',
  '#085750',
  '#05443f',
]

export const theme = createTheme({
  primaryColor: 'green',
  colors: { green },
  primaryShade: 7,
  fontFamily: 'var(--font-console)',
  headings: { fontFamily: 'var(--font-console)', fontWeight: '650' },
  defaultRadius: 'md',
  cursorType: 'pointer',
  respectReducedMotion: true,
})

/** Secondary text, placeholders, reds, and words on orange and yellow: the library's own are too faint to read (below 4.5:1). */
export const resolveVariables: CSSVariablesResolver = ({ colors }) => ({
  variables: {},
  light: {
    '--mantine-color-dimmed': colors.gray[7],
    '--mantine-color-placeholder': colors.gray[7],
    '--mantine-color-anchor': green[7],
    '--mantine-color-error': colors.red[9],
    '--mantine-color-red-filled': colors.red[9],
    '--mantine-color-red-filled-hover': colors.red[9],
    '--mantine-color-red-outline': colors.red[9],
    '--mantine-color-orange-light-color': '#8f2f06',
    '--mantine-color-yellow-light-color': '#7a4100',
  },
  dark: {
    '--mantine-color-dimmed': colors.dark[1],
    '--mantine-color-placeholder': colors.dark[1],
    '--mantine-color-anchor': green[3],
    '--mantine-color-error': colors.red[4],
    '--mantine-color-red-filled': colors.red[9],
    '--mantine-color-red-filled-hover': colors.red[9],
  },
})
