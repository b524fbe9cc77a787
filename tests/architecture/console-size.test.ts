import { expect, test } from 'vitest'
import { firstLoads, type Manifest } from '../../scripts/console/first-load.ts'
import { CONSOLE_SOURCES } from '../support/console/console-sources.ts'

const MANIFEST: Manifest = {
  'index.html': { file: 'entry.js', css: ['entry.css'], imports: ['_base.js'], isEntry: true },
  '_base.js': { file: 'base.js' },
  '_form.js': { file: 'form.js', imports: ['_base.js'] },
  'app/shell.tsx': { file: 'shell.js', imports: ['_form.js', '_base.js'] },
  'features/sign-in/page.tsx': { file: 'sign-in.js', imports: ['_form.js', 'index.html'] },
  'features/intake/page.tsx': { file: 'intake.js', css: ['intake.css'], imports: ['_form.js'] },
}
const ROUTER = `
  const signIn = createRoute({
    path: '/masuk',
    component: lazyRouteComponent(() => import('../features/sign-in/page.tsx'), 'Page'),
  })
  const intake = page(
    '/pendaftaran',
    lazyRouteComponent(() => import('../features/intake/page.tsx'), 'Page'),
  )`

test('a first load is the entry, the frame behind the sign-in and the page, each chunk once', () => {
  expect(firstLoads(MANIFEST, ROUTER)).toEqual([
    { address: '/masuk', scripts: ['entry.js', 'base.js', 'sign-in.js', 'form.js'], styles: ['entry.css'] },
    {
      address: '/pendaftaran',
      scripts: ['entry.js', 'base.js', 'shell.js', 'form.js', 'intake.js'],
      styles: ['entry.css', 'intake.css'],
    },
  ])
})

test('a page that the build does not know is an error, not a page without weight', () => {
  expect(() => firstLoads(MANIFEST, ROUTER.replace('intake/page', 'intake/other'))).toThrow('intake/other')
})

test('every page of the real router is read', () => {
  const router = CONSOLE_SOURCES.get('app/router.tsx') ?? ''
  // Routes with an id are frames around pages.
  const frames = [...router.matchAll(/\bid: '(?!signed-in')/g)]
  const pages = [...router.matchAll(/\bimport\('(?!\.\/)/g)]
  const chunk = (source: string) => [source, { file: `${source}.js` }] as const
  const sources = [...router.matchAll(/\bimport\('\.\.?\/([^']+)'/g)].map(([, source = '']) => source)
  const manifest: Manifest = {
    'index.html': { file: 'entry.js', isEntry: true },
    'app/shell.tsx': { file: 'shell.js' },
    ...Object.fromEntries(sources.map(chunk)),
  }
  expect(firstLoads(manifest, router)).toHaveLength(pages.length - frames.length)
})
