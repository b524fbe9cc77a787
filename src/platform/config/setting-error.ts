/** An operator's mistake in a setting: told in one line that names it and says what to do, never with a stack. */
export type SettingError = Error & { setting: string }

const NAME = 'SettingError'

/** `problem` completes the sentence that starts with the setting's name and ends with the remedy. */
export function createSettingError(setting: string, problem: string, options?: { cause?: unknown }): SettingError {
  return Object.assign(new Error(`${setting}: ${problem}`, options), { name: NAME, setting })
}

export function isSettingError(error: unknown): error is SettingError {
  return error instanceof Error && error.name === NAME
}
