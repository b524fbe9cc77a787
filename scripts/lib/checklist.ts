/** Runs checks one after the other and counts; a failed one does not keep the next from running. */
export type Checklist = {
  /** What `work` returns is shown behind the name. */
  run(name: string, work: () => Promise<string | void>): Promise<void>
  check(name: string, actual: unknown, expected: unknown): void
  /** Prints the sum; the exit code. */
  finish(): 0 | 1
}

export function createChecklist(): Checklist {
  let passed = 0
  let failed = 0
  const note = (name: string, problem: string | null, detail = ''): void => {
    if (problem === null) passed += 1
    else failed += 1
    console.log(
      `${problem === null ? 'ok  ' : 'FAIL'} ${name}${detail && ` (${detail})`}${problem ? `: ${problem}` : ''}`,
    )
  }
  return {
    async run(name, work) {
      try {
        const detail = await work()
        note(name, null, detail ?? '')
      } catch (error) {
        note(name, error instanceof Error ? error.message : String(error))
      }
    },
    check(name, actual, expected) {
      note(name, actual === expected ? null : `${String(actual)} instead of ${String(expected)}`)
    },
    finish() {
      console.log(`${passed} passed, ${failed} failed`)
      return failed === 0 && passed > 0 ? 0 : 1
    },
  }
}
