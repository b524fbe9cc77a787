const POLL_MS = 500

/**
 * Calls back once when the process that started us is gone: npm does not pass on the SIGKILL it gets. Returns a function that
 * ends the watch. (package.json says `exec`, so that no shell stands between npm and us.)
 */
export function watchWrapper(onGone: () => void): () => void {
  const wrapper = process.ppid
  const timer = setInterval(() => {
    if (process.ppid === wrapper) return
    clearInterval(timer)
    onGone()
  }, POLL_MS)
  timer.unref()
  return () => clearInterval(timer)
}
