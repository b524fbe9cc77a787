import { parse } from '@formatjs/icu-messageformat-parser'
import type { Plugin } from 'vite'

const TEXTS = /\/src\/(?:web\/.*\/(?:id|en)|contracts\/text\/(?:id|en)\/\w+)\.json$/

/** A text with variables as the tree that its parser makes of it; any other stays as it is. */
const parseText = (text: string): unknown => (text.includes('{') ? parse(text) : text)

/**
 * Parses the texts of the console while it is built. The parser, a tenth of the scripts of the first page, is then left out
 * in the way that its makers offer.
 */
export function parsedTexts(): Plugin {
  return {
    name: 'parsed-texts',
    enforce: 'pre',
    config: () => ({
      resolve: {
        alias: [
          {
            find: /^@formatjs\/icu-messageformat-parser$/,
            replacement: '@formatjs/icu-messageformat-parser/no-parser.js',
          },
        ],
      },
    }),
    transform(code, id) {
      if (!TEXTS.test(id)) return null
      const texts = Object.entries(JSON.parse(code) as Record<string, string>)
      return { code: JSON.stringify(Object.fromEntries(texts.map(([key, text]) => [key, parseText(text)]))), map: null }
    },
  }
}
