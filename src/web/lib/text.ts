import { formatMessage, type TextParams } from '../../contracts/text/message-format.ts'
import { useLanguage } from './language.ts'

export type Translate<Key extends string> = (key: Key, params?: TextParams) => string

/**
 * The texts of one part of the console. Indonesian is the source: an English file that lacks a key does not compile.
 * The hook gives a function that follows the language that is switched to.
 */
export function createTexts<Key extends string>(
  id: Record<Key, string>,
  en: Record<NoInfer<Key>, string>,
): () => Translate<Key> {
  const texts = { id, en }
  return () => {
    const language = useLanguage()
    return (key, params = {}) => formatMessage(language, texts[language][key], params)
  }
}
