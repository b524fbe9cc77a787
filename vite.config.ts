import path from 'node:path'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'
import { parsedTexts } from './scripts/console/parsed-texts.ts'
import { usedStyles } from './scripts/console/used-styles.ts'

const sources = path.join(import.meta.dirname, 'src/web')
const mantine = path.join(import.meta.dirname, 'node_modules/@mantine/core')

/** The console: `src/web` becomes `dist/web`, which the API process serves. */
export default defineConfig({
  root: sources,
  plugins: [react(), parsedTexts(), usedStyles({ mantine, sources })],
  build: {
    outDir: path.join(import.meta.dirname, 'dist/web'),
    emptyOutDir: true,
    // Counter PCs of a puskesmas run the browser that came with them: Chromium and Firefox of the last three years.
    target: ['chrome111', 'firefox111', 'safari16.4'],
    manifest: 'manifest.json',
    // Firefox before 115 and Safari before 17 load the same modules a little later, and everybody half a kilobyte less.
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
  server: { proxy: { '/api': 'http://127.0.0.1:3000', '/openapi.json': 'http://127.0.0.1:3000' } },
})
