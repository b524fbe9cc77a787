import { useCallback, useEffect, useRef, useState } from 'react'
import { saveSealed } from '../../lib/sealed-store.ts'
import { type Draft, isBegun } from './draft.ts'

/** Sealing takes a moment; typing is not held up by it. */
const PAUSE_MS = 250

export type ChangeDraft = (change: (draft: Draft) => Draft) => void

/** A form that is saved on this device while it is filled in. */
export function useDraft(userId: string, initial: Draft) {
  const [draft, setDraft] = useState(initial)
  const [saved, setSaved] = useState<Draft | null>(null)
  const latest = useRef({ draft: initial, isDone: false })

  const change: ChangeDraft = useCallback((make) => {
    setDraft((before) => {
      const after = make(before)
      latest.current.draft = after
      return after
    })
  }, [])

  /** Now, whatever is there: before it is sent, and before the page may vanish. */
  const save = useCallback(
    async (given: Draft): Promise<void> => {
      if (latest.current.isDone || !isBegun(given)) return
      await saveSealed(userId, given.id, given)
      setSaved(given)
    },
    [userId],
  )

  useEffect(() => {
    const timer = setTimeout(() => void save(draft), PAUSE_MS)
    return () => clearTimeout(timer)
  }, [draft, save])

  useEffect(() => {
    const saveNow = (): void => void save(latest.current.draft)
    const onHidden = (): void => {
      if (document.visibilityState === 'hidden') saveNow()
    }
    window.addEventListener('pagehide', saveNow)
    document.addEventListener('visibilitychange', onHidden)
    return () => {
      window.removeEventListener('pagehide', saveNow)
      document.removeEventListener('visibilitychange', onHidden)
      saveNow()
    }
  }, [save])

  /** It was sent: nothing of it is saved again. */
  const finish = useCallback(() => {
    latest.current.isDone = true
  }, [])

  return { draft, change, save, finish, isSaved: saved === draft }
}
