import { devNull } from 'node:os'

/**
 * The environment of a product that stands on its own: of this process's it sees only where programs and home are, and no
 * file `.env`. What an operator has set for the real one must not lead a throw-away one to the real database and queue.
 */
export function ownEnvironment(settings: Record<string, string>): Record<string, string> {
  const { PATH = '', HOME = '' } = process.env
  return { PATH, HOME, ENV_FILE: devNull, ...settings }
}
